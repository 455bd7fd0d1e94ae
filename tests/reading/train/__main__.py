"""Train the model and write it into the package: ``python -m tests.reading.train``. See README.md beside this file."""

from __future__ import annotations

import json
import sys
from array import array
from pathlib import Path

from dsarbot.reading.learned_model import Model
from tests.reading.train.crossing import calibrated, names, out_of_fold
from tests.reading.train.dressing import dressed
from tests.reading.train.labelled import development, older, training
from tests.reading.train.learning import look, train

TARGET = Path(__file__).parents[3] / "dsarbot" / "reading" / "model"


def write(model: Model, folder: Path) -> None:
    """Two files: a JSON head and the arrays, little-endian."""
    of, starts = model.meanings.of, sorted(model.meanings.starts)
    words, rows = sorted(of), sorted(model.rows)
    distinct = sorted(set(of.values()))
    place = {meant: number for number, meant in enumerate(distinct)}
    arrays = array("I", starts), array("I", words), array("H", [place[of[word]] for word in words]), array("I", rows)
    if sys.byteorder == "big":
        for each in arrays:
            each.byteswap()
    head = {
        "answers": [[answer.name, answer.slope, answer.start] for answer in model.answers],
        "meanings": [list(meant) for meant in distinct],
        "starts": len(starts),
        "words": len(words),
        "rows": len(rows),
    }
    width = 2 * len(model.answers)
    weights = (model.rows[number].to_bytes(width + 2, "little")[:width:2] for number in rows)
    folder.mkdir(exist_ok=True)
    (folder / "learned.json").write_text(json.dumps(head, separators=(",", ":")) + "\n", encoding="utf-8")
    (folder / "learned.bin").write_bytes(b"".join(each.tobytes() for each in arrays) + b"".join(weights))


def main() -> None:
    """Cross-validate, calibrate, train on everything, write."""
    seen, further = look(dressed([*development(), *training()])), look(dressed(older()))
    curves = calibrated(out_of_fold(seen, further))
    write(curves.onto(train([*seen, *further], names([*seen, *further]))), TARGET)
    print(f"Learned from {len(seen) + len(further)} texts; written to {TARGET}")


if __name__ == "__main__":
    main()
