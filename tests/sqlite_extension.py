#!/usr/bin/env python3
"""sqlite_extension.py BUILD: the extension for SQLite, on the wines of examples/wine and a model that takes no missing value."""
import csv
import json
import pathlib
import sqlite3
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[1]
EXTENSION = str(pathlib.Path(sys.argv.pop(1)).resolve() / "lib" / "sqlite" / "scoreway")
WINE, LINEAR = ROOT / "examples/wine/model.pkl", ROOT / "bindings/c/testdata/linear.pkl"


def table(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


class Extension(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.db = self.connect()
        self.one("SELECT scoreway_import('linear', ?)", LINEAR.read_bytes())

    def connect(self):
        db = sqlite3.connect(pathlib.Path(self.folder.name) / "a.db", isolation_level=None)
        db.enable_load_extension(True)
        db.load_extension(EXTENSION)
        self.addCleanup(db.close)
        return db

    def one(self, query, *values, db=None):
        return (db or self.db).execute(query, values).fetchone()[0]

    def refuses(self, text, query, *values):
        with self.assertRaises(sqlite3.OperationalError) as raised:
            self.one(query, *values)
        self.assertIn(text, str(raised.exception))

    def test_wines_are_scored_as_scikit_learn_does(self):
        self.one("SELECT scoreway_import('wine', ?, 'champion')", str(WINE))
        numbers = ["alcohol", "malic_acid", "magnesium", "flavanoids", "hue", "proline"]
        for row, expected in zip(table(ROOT / "examples/wine/rows.csv"), table(ROOT / "examples/wine/expected.csv")):
            cells = {name: (float(row[name]) if row[name] else None) for name in numbers} | {"colour": row["colour"] or None}
            pairs = [item for pair in cells.items() for item in pair]
            places = ", ".join("?" * len(pairs))
            self.assertEqual(self.one(f"SELECT scoreway_label('wine', {places})", *pairs), expected["predict"])
            self.assertAlmostEqual(self.one(f"SELECT scoreway_output('wine', 'proba_barolo', {places})", *pairs), float(expected["proba_barolo"]), 15)
            answer = json.loads(self.one("SELECT scoreway_predict('wine', ?)", json.dumps(cells)))
            self.assertEqual(answer["predict"], expected["predict"])
            self.assertEqual(answer["proba_barolo"], self.one(f"SELECT scoreway_output('wine', 'proba_barolo', {places})", *pairs))

    def test_names_and_aliases(self):
        self.one("SELECT scoreway_import('linear', ?)", str(WINE))
        self.assertEqual(self.one("SELECT scoreway_label('linear/1', 'a', 1, 'b', 2)"), 0.5)
        self.assertNotEqual(self.one("SELECT scoreway_label('linear', 'colour', 'deep')"), 0.5)  # the newest
        self.one("SELECT scoreway_set_alias('linear', 'champion', 1)")
        self.assertEqual(self.one("SELECT scoreway_label('linear', 'a', 1, 'b', 2)"), 0.5)
        other = self.connect()
        self.assertEqual(self.one("SELECT scoreway_label('linear@champion', 'a', 1, 'b', 2)", db=other), 0.5)
        self.one("SELECT scoreway_set_alias('linear', 'champion', 2)")  # seen by the other connection
        self.assertNotEqual(self.one("SELECT scoreway_label('linear@champion', 'colour', 'deep')", db=other), 0.5)
        self.refuses("there is no model 'nothing'", "SELECT scoreway_predict('nothing', '{}')")
        self.refuses("there is no such version", "SELECT scoreway_set_alias('linear', 'x', 9)")

    def test_a_rollback_takes_the_alias_back(self):
        self.one("SELECT scoreway_import('linear', ?)", str(WINE))
        self.one("SELECT scoreway_set_alias('linear', 'champion', 1)")
        self.db.execute("BEGIN")
        self.one("SELECT scoreway_set_alias('linear', 'champion', 2)")
        self.assertNotEqual(self.one("SELECT scoreway_label('linear', 'colour', 'deep')"), 0.5)
        self.db.execute("ROLLBACK")
        self.assertEqual(self.one("SELECT scoreway_label('linear', 'a', 1, 'b', 2)"), 0.5)

    def test_wrong_and_missing_cells_are_errors(self):
        self.refuses("column 'b' is missing", "SELECT scoreway_label('linear', 'a', 1)")
        self.refuses("column 'b': missing value, and the model has no rule", "SELECT scoreway_label('linear', 'a', 1, 'b', NULL)")
        self.refuses("column 'a': 'x' is a text, not float64", "SELECT scoreway_label('linear', 'a', 'x', 'b', 1)")
        self.refuses("unknown column 'c'", "SELECT scoreway_label('linear', '{\"a\": 1, \"b\": 2, \"c\": 3}')")
        self.refuses("names and values in turn", "SELECT scoreway_label('linear', '[1]')")
        self.refuses("malformed JSON", "SELECT scoreway_label('linear', '{')")
        self.refuses("a model and the cells", "SELECT scoreway_label('linear')")
        self.refuses("no output 'x'", "SELECT scoreway_output('linear', 'x', 'a', 1, 'b', 2)")
        self.assertEqual(self.one("SELECT scoreway_label('linear', '{\"a\": 1, \"b\": true}')"), 1.5)

    def test_what_is_no_model_is_not_kept(self):
        self.refuses("of no format that is known", "SELECT scoreway_import('junk', x'0102')")
        self.refuses("cannot be read", "SELECT scoreway_import('junk', '/no/such/file')")
        self.refuses("no '@'", "SELECT scoreway_import('a@b', ?)", str(LINEAR))
        self.assertEqual(self.one("SELECT count(*) FROM scoreway_models WHERE name <> 'linear'"), 0)

    def test_triggers_and_views(self):
        self.db.executescript("""
            CREATE TABLE points (a REAL, b REAL, y REAL);
            CREATE VIEW scored AS SELECT a, scoreway_label('linear', 'a', a, 'b', b) AS y FROM points;
            CREATE TRIGGER score AFTER INSERT ON points BEGIN
              UPDATE points SET y = scoreway_label('linear', 'a', NEW.a, 'b', NEW.b) WHERE rowid = NEW.rowid;
            END;
            INSERT INTO points (a, b) VALUES (1, 2), (3, 4);
        """)
        self.assertEqual(self.db.execute("SELECT y FROM points").fetchall(), [(0.5,), (2.5,)])
        self.assertEqual(self.db.execute("SELECT y FROM scored").fetchall(), [(0.5,), (2.5,)])


if __name__ == "__main__":
    unittest.main()
