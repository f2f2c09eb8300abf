"""How a row of a table becomes what the model takes, as it was fitted on the rows that the model was trained on.

    from model import CONFIG
    from preprocessing import Preprocessing

    prepared = Preprocessing(CONFIG["preprocessing"])
    prepared.inputs({"age": "41", "city": "Oslo"})   a list of numbers: scaled, and one for each category
    x, y = prepared.read("data.csv")                 all rows of a table with the columns of the training

What it cannot encode is a ValueError that names the line and the column.
"""

import csv
import itertools
import math

MISSING = {"", "NA", "N/A", "NaN", "nan", "null", "?"}
LARGEST_FLOAT32 = 2.0**128 - 2.0**103


class Preprocessing:
    def __init__(self, config):
        kinds = [entry.get("kind") for entry in config.get("inputs", [])]
        if not kinds or any(kind not in ("numbers", "categories") for kind in kinds) or "target" not in config:
            raise ValueError("preprocessing: found something else, expected inputs and a target as IDLI fits them")
        self.config, self.target_config = config["inputs"], config["target"]
        self.nameless = config.get("nameless")
        self.lookups = [Lookup(entry["categories"]) for entry in self.config if entry["kind"] == "categories"]
        self.classes = Lookup(self.target_config["classes"]) if self.target_config["kind"] == "classes" else None

    def inputs(self, row, place="the row"):
        """Inputs of the model for a row: a dict of its cells, as texts or numbers, by the names of the columns."""
        values, lookups = [], iter(self.lookups)
        for entry in self.config:
            if entry["kind"] == "numbers":
                values.append(scaled(row, entry, place))
            else:
                values.extend(one_hot(row, entry, next(lookups), place))
        return values

    def target(self, row, place="the row"):
        """What the loss compares with: a class number in a list, a number for each class, or scaled numbers."""
        target = self.target_config
        if self.classes is None:
            parts = zip(target["columns"], target["shift"], target["scale"])
            return [scaled(row, {**column, "shift": b, "scale": a}, place) for column, b, a in parts]
        cell = cell_of(row, target["name"], place)
        if is_missing(cell):
            raise refusal(place, target["name"], "a missing value", "a class")
        label = self.classes.place_of(cell)
        if label is None:
            raise refusal(place, target["name"], repr(cell), "a class of the training")
        if target["encoding"] != "oneHot":
            return [float(label)]
        return [float(place == label) for place in range(target["outputs"])]

    def read(self, path):
        """The inputs and the targets of each row of a CSV file, whose columns are found by name; by place where it has none."""
        rows = list(self.rows(path))
        return [self.inputs(row, place) for row, place in rows], [self.target(row, place) for row, place in rows]

    def rows(self, path):
        """Each row as a dict, and where it stands, for sentences about it."""
        with open(path, newline="", encoding="utf-8-sig") as file:
            delimiter = delimiter_of(list(itertools.islice(file, 20)))
            file.seek(0)
            reader = csv.reader(file, delimiter=delimiter)
            names = None
            for cells in reader:
                if not cells:
                    continue
                place = f"{path}, line {reader.line_num}"
                if names is None:
                    names, is_header = self.names_of(cells, place)
                    if is_header:
                        continue
                if len(cells) != len(names):
                    raise ValueError(f"{place}: found {len(cells)} cells, expected {len(names)}, as in the first line")
                yield dict(zip(names, cells)), place

    def names_of(self, first, place):
        """The names of the columns, and whether the first row holds them."""
        cells = [cell for cell in first if not is_missing(cell)]
        is_header = not cells or any(number_in(cell) is None for cell in cells)
        if self.nameless is None and is_header:
            return [cell.strip() for cell in first], True
        if self.nameless != len(first):
            expected = "names of columns" if self.nameless is None else f"{self.nameless} columns"
            raise ValueError(f"{place}: found {len(first)} cells to go by their place, expected {expected}")
        return [f"column{place}" for place in range(1, len(first) + 1)], is_header


class Lookup:
    """The place of a text in a list. Numbers may be written differently: 1.0 is the category "1"."""

    def __init__(self, names):
        self.places = {name: place for place, name in enumerate(names)}
        numbers = [number_in(name) for name in names]
        are_numbers = all(number is not None for number in numbers)
        self.numbers = {number: place for place, number in enumerate(numbers)} if are_numbers else {}

    def place_of(self, cell):
        place = self.places.get(cell)
        return self.numbers.get(number_in(cell)) if place is None else place


def scaled(row, entry, place):
    name = entry["name"]
    if entry["width"] != 1:
        raise ValueError(f"column {name!r}: found {entry['width']} numbers a row, expected one; give x and y in a .npz")
    cell = cell_of(row, name, place)
    if is_missing(cell):
        if "fill" not in entry:
            raise refusal(place, name, "a missing value", "a number")
        value = entry["fill"][0]
    else:
        value = number_in(cell)
        if value is None:
            raise refusal(place, name, repr(cell), "a number")
    result = (value - one(entry["shift"])) / one(entry["scale"])
    # Written so that NaN is beyond it.
    if not abs(result) <= LARGEST_FLOAT32:
        raise refusal(place, name, repr(cell), "a number that float32 can hold, also when it is scaled")
    return result


def one_hot(row, entry, lookup, place):
    cell = cell_of(row, entry["name"], place)
    if is_missing(cell):
        if "fill" not in entry:
            raise refusal(place, entry["name"], "a missing value", "a category")
        cell = entry["fill"]
    category = lookup.place_of(cell)
    if category is None and entry["unknown"] == "refuse":
        raise refusal(place, entry["name"], repr(cell), "a category of the training")
    return [float(number == category) for number in range(len(entry["categories"]))]


def one(value):
    return value[0] if isinstance(value, list) else value


def cell_of(row, name, place):
    if name not in row:
        raise ValueError(f"{place}: found no column {name!r} among {', '.join(row)}, expected those of the training")
    return row[name]


def is_missing(cell):
    return cell is None or (isinstance(cell, float) and math.isnan(cell)) or str(cell).strip() in MISSING


def number_in(cell):
    """The number that a cell holds, or None. Python alone takes 1_000 for one."""
    try:
        value = float(cell)
    except ValueError:
        return None
    return None if "_" in str(cell) or math.isnan(value) else value


def delimiter_of(lines):
    """What cuts the first lines into equally many cells; commas are last, since they are in numbers and texts too."""
    for delimiter in "\t;,":
        widths = {len(cells) for cells in csv.reader(lines, delimiter=delimiter) if cells}
        if len(widths) == 1 and max(widths) > 1:
            return delimiter
    return ","


def refusal(place, name, found, expected):
    return ValueError(f"{place}, column {name!r}: found {found}, expected {expected}")
