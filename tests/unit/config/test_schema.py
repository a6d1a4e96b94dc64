"""The schema of a config, as editors read it."""

from __future__ import annotations

from orgsim.config import json_schema, preset_path
from orgsim.model import MODEL
from orgsim.model.parameters import PARAMETERS


def test_the_schema_knows_every_parameter():
    schema = json_schema(MODEL)
    for parameter in PARAMETERS:
        reference = schema["properties"][parameter.section]
        name = (reference.get("$ref") or reference["allOf"][0]["$ref"]).rsplit("/", 1)[1]
        field = schema["$defs"][name]["properties"][parameter.name]
        assert parameter.meaning in field["description"]
        assert schema["$defs"][name]["additionalProperties"] is False


def test_an_editor_shows_unit_and_plausible_range():
    fields = json_schema(MODEL)["$defs"]["FirmSection"]["properties"]
    assert fields["it_staff"]["description"] == (
        "staff of the IT department, its chief apart [persons]; "
        "plausible: log-uniform from 5 to 60, rounded"
    )
    assert "plausible" not in fields["structure"]["description"]


def test_the_schema_beside_the_configs_is_the_present_one():
    """After a change of parameters: orgsim schema --out configs/orgsim.schema.json."""
    import json

    shipped = json.loads((preset_path("baseline").parent / "orgsim.schema.json").read_text())
    assert shipped.pop("$comment").startswith("written by orgsim schema")
    assert shipped == json.loads(json.dumps(json_schema(MODEL)))
