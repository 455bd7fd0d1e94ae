"""Train the model and write it into the package: ``python -m tests.reading.train``. See README.md beside this file."""

from __future__ import annotations

import json
import sys
from array import array
from pathlib import Path

from dsarbot.reading.learned_model import Model
from tests.reading.train.crossing import calibrated, names, out_of_fold
from tests.reading.train.labelled import development, training
from tests.reading.train.learning import look, train

TARGET = Path(__file__).parents[3] / "dsarbot" / "reading" / "model"


def write(model: Model, folder: Path) -> None:
    """Two files: a JSON head and the arrays, little-endian."""
    words, rows = model.meanings.known.keys, model.known.keys
    arrays: list[array[int]] = [words, array("H", model.meanings.which), rows]
    if sys.byteorder == "big":
        for each in arrays:
            each.byteswap()
    head = {
        "answers": [[answer.name, answer.slope, answer.start] for answer in model.answers],
        "meanings": [list(found) for found in model.meanings.of],
        "words": len(words),
        "rows": len(rows),
    }
    folder.mkdir(exist_ok=True)
    (folder / "learned.json").write_text(json.dumps(head, separators=(",", ":")) + "\n", encoding="utf-8")
    (folder / "learned.bin").write_bytes(b"".join(each.tobytes() for each in arrays) + model.rows[::2])


def main() -> None:
    """Cross-validate, calibrate, train on everything, write."""
    seen, further = look(development()), look(training())
    curves = calibrated(out_of_fold(seen, further))
    write(curves.onto(train([*seen, *further], names([*seen, *further]))), TARGET)
    print(f"Learned from {len(seen) + len(further)} texts; written to {TARGET}")


if __name__ == "__main__":
    main()
