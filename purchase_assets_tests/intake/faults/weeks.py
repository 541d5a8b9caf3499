"""The wrong week, or too much or too little of it."""

import pandas as pd

from purchase_assets_tests.intake.faults.fault import fault, parquet, text


@fault("REJECTED", "dates_out_of_calendar")
def a_future_week(world, folder, rng):
    later = world.week.purchase_date + pd.Timedelta(weeks=8)
    return parquet(world.week.assign(purchase_date=later), folder)


@fault("REJECTED", "dates_out_of_calendar")
def a_week_of_another_age(world, folder, rng):
    earlier = world.week.purchase_date - pd.Timedelta(weeks=520)
    return parquet(world.week.assign(purchase_date=earlier), folder)


@fault("DUPLICATE", "already_taken")
def last_week_again(world, folder, rng):
    last = world.past.purchase_date >= world.past.purchase_date.max() - pd.Timedelta(days=6)
    return text(world.past[last].sample(frac=1, random_state=1).to_csv(index=False), folder)


@fault("REJECTED", "volume")
def ten_times_the_rows(world, folder, rng):
    copies = [world.week.assign(order_id=world.week.order_id + 10**7 * n) for n in range(10)]
    return parquet(pd.concat(copies), folder)


@fault("REJECTED", "volume")
def a_tenth_of_the_rows(world, folder, rng):
    return parquet(world.week.sample(frac=0.1, random_state=1), folder)


@fault("REJECTED", "one_customer")
def one_customer_only(world, folder, rng):
    return parquet(world.week.assign(customer_id=world.week.customer_id.iloc[0]), folder)


@fault("ACCEPTED", "repeated_in_file")
def every_row_twice(world, folder, rng):
    return parquet(pd.concat([world.week, world.week]), folder)


@fault("ACCEPTED")
def a_path_in_the_file_name(world, folder, rng):
    inside = folder / "batch\n..\\..\\etc"
    inside.mkdir()
    return parquet(world.week, inside, "batch ñandú;rm -rf.parquet")
