"""What the command line prints, on a narrow screen."""

from rich.console import Console

from purchase_assets.cli import output


def test_a_key_is_never_cut_since_people_type_it_again(monkeypatch, capsys):
    monkeypatch.setattr(output, "screen", Console(width=60))
    key = "transactions-da1296aabbcc"
    rows = [{"key": key, "file_name": "transacciones_2026.parquet", "message_en": "long " * 40}]
    output.print_rows(rows, as_json=False, empty="")
    assert key in capsys.readouterr().out
