"""What a case is: a name, how to build the estimator, and the data to fit and ask it with."""

EVER = (99,)


class Case:
    def __init__(
        self, name, build, data, since=(0, 24), until=EVER, core=False, optional=False, rel=1e-12, abs_=1e-12, tags=()
    ):
        self.name = name
        self.build = build  # () -> unfitted estimator
        self.data = data  # () -> Data
        self.since = since  # first version that has it
        self.until = until  # first version that has it no longer
        self.core = core  # made by every version
        self.optional = optional  # beyond the estimators every build must know; may be refused by name
        self.rel = rel  # how near an answer must be, relative ...
        self.abs = abs_  # ... or absolute
        self.tags = tags  # what a reader needs beyond what the index finds by itself

    def fit(self):
        data = self.data()
        model = self.build()
        if data.y is None:
            model.fit(data.X, **data.fit_params)
        else:
            model.fit(data.X, data.y, **data.fit_params)
        return model, data.rows


class Data:
    """Rows to fit with and rows to ask. Frames are fitted by column name, arrays by position."""

    def __init__(self, X, y, rows, fit_params=None):
        self.X, self.y, self.rows, self.fit_params = X, y, rows, fit_params or {}


class Catalogue:
    def __init__(self):
        self.cases = []

    def add(self, name, build, data, **options):
        assert all(c.name != name for c in self.cases), name
        self.cases.append(Case(name, build, data, **options))
