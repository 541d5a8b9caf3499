"""An alert of each kind in words: what happened, what was decided, what mends it, how it ended."""

from collections.abc import Sequence

from purchase_assets.alerting.alert import TELLER, Alert, AlertKind
from purchase_assets.alerting.graph_facts import Work
from purchase_assets.kinds import Verdict
from purchase_assets.storage.reports.drift_scores import DriftScore
from purchase_assets.storage.reports.published_weeks import PublishedWeek
from purchase_assets.storage.reports.retraining_decisions import Outcome, RetrainingDecision
from purchase_assets.storage.reports.tainted_models import Taint
from purchase_assets.storage.reports.uploads import Upload
from purchase_assets.text import ROWS, Text, counted
from purchase_assets.workflows.tell_verdict import one_line

SIGN = '--by NAME --reason "WHY"'
TABLE = "weekly_predictions"
STAYS = Text(
    "nothing of it was taken; the published table stays as it is.",
    "no se tomó nada de él; la tabla publicada queda como está.",
)
LEARNT_FROM_WITHDRAWN = Text(
    "the champion had learnt from a file that was withdrawn.",
    "el modelo campeón había aprendido de un archivo retirado.",
)
STANDS_IN = Text(
    "version {version} stands in for the champion, whose file cannot be used.",
    "la versión {version} reemplaza al modelo campeón, cuyo archivo no se puede usar.",
)
IN_DOUBT = Text(
    "the model did worse than the simple baseline two weeks running, or sales that the table rests "
    "on were withdrawn.",
    "el modelo quedó dos semanas seguidas bajo la referencia simple, o se retiraron ventas en que "
    "se apoya la tabla.",
)
NO_DECISION = Text(
    "nothing yet; a yes to a training is told by itself.",
    "todavía nada; si se reentrena, se avisa aparte.",
)
SUCCEEDED = Text("it has succeeded ({when}).", "ya salió bien ({when}).")
NOT_TRIED = Text(
    "it was not tried again for a week; whether it works is not known.",
    "no se volvió a intentar en una semana; no se sabe si funciona.",
)
SALES_CAME = Text("sales up to {day} were taken in.", "se tomaron ventas hasta el {day}.")
REFUSED_FILE_CAME = Text(
    "a file has come and was refused, which was told by itself.",
    "llegó un archivo y fue rechazado, de lo que se avisó aparte.",
)
LIVES_AGAIN = Text("it works again (seen {when}).", "funciona de nuevo (visto {when}).")
BUDGET_AGAIN = Text(
    "trainings start by themselves again.", "los entrenamientos empiezan solos de nuevo."
)
NO_DRIFT = Text(
    "the newest week is like what the model had learnt from.",
    "la semana más nueva es como los datos de que aprendió el modelo.",
)
BROUGHT_BACK = Text("the file was brought back.", "el archivo fue traído de vuelta.")
OTHER_CHAMPION = Text(
    "version {version} is champion in place of {before}.",
    "la versión {version} es el modelo campeón en lugar de la {before}.",
)
STATUSES = {"FRESH": "al día", "STALE": "vieja", "DEGRADED": "en duda", "BACKFILLED": "al día"}
OUTCOMES: dict[Outcome, Text] = {
    "PROMOTED": Text("PROMOTED.", "Hay modelo campeón nuevo."),
    "KEPT": Text("KEPT.", "El modelo campeón sigue."),
    "FAILED": Text("FAILED.", "El entrenamiento falló."),
}


def refused(upload: Upload, decision: Text | None) -> Alert:
    """A file of which nothing was taken, or whose check itself failed."""
    name = one_line(upload.file_name)
    failed = upload.verdict is Verdict.ENGINE_ERROR
    return Alert(
        kind=AlertKind.ENGINE_ERROR if failed else AlertKind.REJECTED_UPLOAD,
        about=upload.key,
        since=upload.judged_at,
        title=Text("{} could not be checked", "{} no se pudo revisar").map(lambda t: t.format(name))
        if failed
        else Text("{} was rejected", "{} fue rechazado").map(lambda t: t.format(name)),
        happened=Text.joined([Text.same(f"{name} ({upload.key}):"), upload.message]),
        decided=Text.joined([STAYS, decision]) if decision else STAYS,
        mend=Text(
            "`purchase-assets run` checks it again; if it fails again, those who maintain the "
            "program have to look.",
            "`purchase-assets run` lo revisa de nuevo; si vuelve a fallar, tienen que mirar "
            "quienes mantienen el programa.",
        )
        if failed
        else Text(
            f"send the corrected file; when there will be none: `purchase-assets uploads seen "
            f"{upload.key} {SIGN}`",
            f"envíe el archivo corregido; si no habrá otro: `purchase-assets uploads seen "
            f"{upload.key} {SIGN}`",
        ),
    )


def partial(upload: Upload, waiting: int, decision: Text | None) -> Alert:
    """A file of which rows wait."""
    name, rows = one_line(upload.file_name), counted(waiting, ROWS)
    taken = Text(
        "{accepted:,} of {rows:,} rows were taken and are forecast from.",
        "se tomaron {accepted:,} de {rows:,} filas, y se pronostica con ellas.",
    ).format(accepted=upload.accepted, rows=upload.rows)
    return Alert(
        kind=AlertKind.PARTIAL_UPLOAD,
        about=upload.key,
        since=upload.judged_at,
        title=Text(f"{rows.en} of {name} set aside", f"{rows.es} de {name} en cuarentena"),
        happened=Text.joined([Text.same(f"{name} ({upload.key}):"), upload.message]),
        decided=Text.joined([taken, decision]) if decision else taken,
        mend=Text(
            f"`purchase-assets quarantine list --key {upload.key}`, then `purchase-assets "
            f"quarantine release {upload.key} {SIGN}`, or `discard` in its place.",
            f"`purchase-assets quarantine list --key {upload.key}`, y después `purchase-assets "
            f"quarantine release {upload.key} {SIGN}`, o `discard` en su lugar.",
        ),
    )


def answered(upload: Upload | None) -> Text:
    """What became of an upload that waited."""
    if upload is None:
        return Text("it is gone.", "ya no está.")
    if upload.answer == "CORRECTED":
        return Text("a corrected file came ({}).", "llegó un archivo corregido ({}).").map(
            lambda text: text.format(upload.answered_by)
        )
    if upload.answer:
        who, why = upload.answered_by, upload.answer_reason
        return Text(f"seen by {who}: {why}", f"visto por {who}: {why}")
    if upload.verdict is Verdict.WITHDRAWN:
        return Text("the file was withdrawn.", "el archivo fue retirado.")
    if upload.verdict.taken:
        return Text(
            "{accepted:,} of {rows:,} rows of it are taken.",
            "se tomaron {accepted:,} de {rows:,} de sus filas.",
        ).format(accepted=upload.accepted, rows=upload.rows)
    return Text.joined([Text("it was checked again:", "se revisó de nuevo:"), upload.message])


def failed(what: str, work: Work, when: str, link: str) -> Alert:
    """The first failure of a work since it last succeeded."""
    return Alert(
        kind=AlertKind.FAILED_RUN,
        about=what,
        since=work.since,
        title=Text(f"{what} failed", f"{what} falló"),
        happened=Text(f"the run of {when} failed: {work.why}", f"falló a las {when}: {work.why}"),
        decided=Text(
            "what is published stays; it is tried again by itself.",
            "lo publicado queda; se intenta de nuevo por sí solo.",
        ),
        mend=Text(
            f"mend what it says, then `purchase-assets run`; the run: {link}",
            f"arregle lo que dice, y después `purchase-assets run`; la corrida: {link}",
        ),
    )


def given_up(what: str, work: Work, when: str) -> Alert:
    """A work that failed so often that a person has to look."""
    times = work.failures
    return Alert(
        kind=AlertKind.GIVEN_UP,
        about=what,
        title=Text(f"{what} was given up", f"{what} quedó abandonado"),
        happened=Text(
            f"it has failed {times} times in a row since {when}: {work.why}",
            f"falló {times} veces seguidas desde {when}: {work.why}",
        ),
        decided=Text(
            "it rests: three tries an hour at most, and none any more of a training.",
            "descansa: a lo más tres intentos por hora, y ninguno más si es un entrenamiento.",
        ),
        mend=Text(
            "mend what it says, then `purchase-assets run`; a training: the job `retrain`.",
            "arregle lo que dice, y después `purchase-assets run`; si es un entrenamiento, el "
            "trabajo `retrain`.",
        ),
    )


def silent_daemon(when: str) -> Alert:
    """Nothing starts by itself any more."""
    return Alert(
        kind=AlertKind.SILENT_DAEMON,
        about="daemon",
        title=Text("Dagster's daemon is silent", "el proceso de Dagster no responde"),
        happened=Text(
            f"it gave its last sign of life at {when}; no file is taken in and nothing is forecast "
            "by itself.",
            f"dio su última señal a las {when}; no se toma ningún archivo ni se pronostica nada "
            "por sí solo.",
        ),
        decided=Text(
            "the pages go on with what is published.", "las páginas siguen con lo publicado."
        ),
        mend=Text(
            "start it again (`dagster-daemon run`); meanwhile `purchase-assets run` does its work.",
            "enciéndalo de nuevo (`dagster-daemon run`); mientras tanto `purchase-assets run` hace "
            "su trabajo.",
        ),
    )


def silent_sensor(name: str, when: str) -> Alert:
    """A sensor that is off, or fails at each look."""
    return Alert(
        kind=AlertKind.SILENT_DAEMON if name == TELLER else AlertKind.SILENT_SENSOR,
        about=name,
        title=Text(f"sensor {name} is silent", f"el sensor {name} no responde"),
        happened=Text(
            f"it last looked without an error at {when}; it was switched off, or fails each time.",
            f"miró por última vez sin error a las {when}; está apagado, o falla cada vez.",
        ),
        decided=Text(
            "nothing; what it asks for is not done by itself.", "nada; lo que pide no se hace solo."
        ),
        mend=Text(
            f"`dagster sensor start {name}`, or see its ticks in the Dagster UI (Automation).",
            f"`dagster sensor start {name}`, o vea sus miradas en Dagster (Automation).",
        ),
    )


def stale(week: PublishedWeek) -> Alert:
    """The table is of a week that is over, and the time for a new one has passed."""
    return Alert(
        kind=AlertKind.STALE_TABLE,
        about=TABLE,
        title=Text("the table is stale", "la tabla está vieja"),
        happened=Text(
            f"the newest table is of the week {week.week_start}, which is over; sales are known up "
            f"to {week.data_through}.",
            f"la tabla más nueva es de la semana {week.week_start}, que ya pasó; se conocen ventas "
            f"hasta el {week.data_through}.",
        ),
        decided=Text(
            "it stays published, marked STALE.", "sigue publicada, con la marca STALE (vieja)."
        ),
        mend=Text(
            "`purchase-assets uploads` says which files came; drop the week's file in the incoming "
            "folder, then `purchase-assets run`.",
            "`purchase-assets uploads` dice qué archivos llegaron; deje el de la semana en la "
            "carpeta de entrada, y después `purchase-assets run`.",
        ),
    )


def degraded(week: PublishedWeek, why: Text) -> Alert:
    """The table's model or data is in doubt."""
    return Alert(
        kind=AlertKind.DEGRADED_TABLE,
        about=TABLE,
        title=Text("the table is in doubt", "la tabla está en duda"),
        happened=Text.joined([Text(f"week {week.week_start}:", f"semana {week.week_start}:"), why]),
        decided=Text(
            "it is published all the same, marked DEGRADED.",
            "se publica igual, con la marca DEGRADED (en duda).",
        ),
        mend=Text(
            "`purchase-assets decisions` says what was tried; another version: `purchase-assets "
            f"models rollback VERSION {SIGN}`",
            "`purchase-assets decisions` dice qué se intentó; otra versión: `purchase-assets "
            f"models rollback VERSION {SIGN}`",
        ),
    )


def table_is(week: PublishedWeek | None) -> Text:
    """What the newest table is, once it is stale or in doubt no more."""
    if week is None:
        return Text("there is no table.", "no hay tabla.")
    return Text(
        f"the table of the week {week.week_start} is {week.status}.",
        f"la tabla de la semana {week.week_start} está {STATUSES[week.status]}.",
    )


def no_file(week: object, through: object) -> Alert:
    """The week's sales have not come by the time that they are due."""
    return Alert(
        kind=AlertKind.NO_FILE,
        about=str(week),
        title=Text("this week's file has not come", "no llegó el archivo de la semana"),
        happened=Text(
            f"sales are known up to {through}; those that the week {week} is forecast from were "
            "due.",
            f"se conocen ventas hasta el {through}; ya debían estar las que hacen falta para "
            f"pronosticar la semana {week}.",
        ),
        decided=Text("the last table stays published.", "la última tabla sigue publicada."),
        mend=Text(
            "ask the sender; drop the file in the incoming folder, then `purchase-assets run`.",
            "pregunte a quien lo envía; deje el archivo en la carpeta de entrada, y después "
            "`purchase-assets run`.",
        ),
    )


def drifted(found: DriftScore, decision: Text | None) -> Alert:
    """The data have left what the champion had learnt from."""
    return Alert(
        kind=AlertKind.DRIFT,
        about=found.model_version,
        title=Text("the data have drifted", "los datos cambiaron (deriva)"),
        happened=Text.joined(
            [Text(f"week {found.week_start}:", f"semana {found.week_start}:"), found.sentence]
        ),
        decided=decision or NO_DECISION,
        mend=Text(
            f"see /drift/{found.week_start}; a real change is learnt, a sender's mistake is sent "
            "again corrected. `purchase-assets decisions`",
            f"vea /drift/{found.week_start}; un cambio real se aprende, un error de quien envía se "
            "manda corregido. `purchase-assets decisions`",
        ),
    )


def retraining(made: RetrainingDecision) -> Alert:
    """A training was decided on; it is over with its outcome."""
    return Alert(
        kind=AlertKind.RETRAINING,
        about=str(made.id),
        since=made.decided_at,
        title=Text("a training was decided on", "se decidió entrenar"),
        happened=made.sentence,
        decided=Text(
            "the challenger has to beat the champion, which forecasts meanwhile.",
            "el modelo nuevo debe superar al campeón, que pronostica mientras tanto.",
        ),
        mend=Text(
            "nothing; `purchase-assets decisions` and `purchase-assets models` show it.",
            "nada; se ve con `purchase-assets decisions` y `purchase-assets models`.",
        ),
        ended=outcome(made) if made.outcome else None,
    )


def outcome(made: RetrainingDecision | None) -> Text:
    """What came of a training."""
    if made is None or made.outcome is None:
        return Text("it was not heard of again.", "no se supo más.")
    return Text.joined([OUTCOMES[made.outcome], *filter(None, [made.outcome_text])])


def budget(refused: RetrainingDecision, trainings: int, weeks: int) -> Alert:
    """A cause asked for a training in vain."""
    return Alert(
        kind=AlertKind.BUDGET_USED_UP,
        about="trainings",
        since=refused.decided_at,
        title=Text(
            "the budget of trainings is used up", "se agotaron los entrenamientos automáticos"
        ),
        happened=refused.sentence,
        decided=Text(
            f"no training by itself: {trainings} in {weeks} data weeks is the limit.",
            f"ninguno más por sí solo: {trainings} en {weeks} semanas de datos es el límite.",
        ),
        mend=Text(
            "look why (`purchase-assets decisions`); to train all the same, start the job "
            "`retrain` in the Dagster UI.",
            "vea por qué (`purchase-assets decisions`); para entrenar igual, inicie el trabajo "
            "`retrain` en Dagster.",
        ),
    )


def tainted(taints: Sequence[Taint]) -> Alert:
    """The champion had learnt from what was withdrawn."""
    version = taints[0].model_version
    files = ", ".join(one_line(taint.file_name) for taint in taints)
    return Alert(
        kind=AlertKind.TAINTED_CHAMPION,
        about=version,
        title=Text(
            f"the champion, version {version}, is tainted",
            f"el modelo campeón, versión {version}, está contaminado",
        ),
        happened=Text(
            f"it had learnt from {files}, withdrawn since.",
            f"había aprendido de {files}, retirado después.",
        ),
        decided=Text(
            "the table is DEGRADED until another version is champion; a training is asked for "
            "within the guards.",
            "la tabla queda DEGRADED (en duda) hasta que haya otro campeón; se pide un "
            "entrenamiento, dentro de sus límites.",
        ),
        mend=Text(
            f"wait for the training, or `purchase-assets models rollback VERSION {SIGN}`",
            f"espere el entrenamiento, o `purchase-assets models rollback VERSION {SIGN}`",
        ),
    )
