"""`catalogue`: the data dictionary, from the declarations themselves."""

from __future__ import annotations

from pipeline.commands.speaking import JsonOption, Speaker
from pipeline.commands.tables import FormatOption, OutputOption, TableFormat, put_out, refuse_unwritable


def catalogue(
    form: FormatOption = TableFormat.TABLE, output: OutputOption = None, *, as_json: JsonOption = False
) -> None:
    """Print every declared feature: family, id, unit, definition, citation."""
    from features.catalogue import all_families, catalogue_frame

    refuse_unwritable(form, output)
    frame, speaker = catalogue_frame(all_families()), Speaker(as_json)
    if form is TableFormat.TABLE and output is None and not as_json:
        columns = ("family", "feature_id", "unit", "definition")
        speaker.table(columns, frame.select(columns).iter_rows(), title=f"{frame.height} features")
    else:
        put_out(frame, form, output, speaker)
