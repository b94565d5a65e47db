#!/usr/bin/env python3
"""Writes tests/cases/pmml: small PMML documents after the specification, rows, and JPMML-Evaluator's answers.

make_pmml.py JARS   where JARS is a folder with org.jpmml:pmml-evaluator-metro and all it needs (Maven's
                    dependency:copy-dependencies fetches them); java is on the path. JPMML-Evaluator is a tool here: nothing of it is kept.

The documents are this program's own; what they cover is said by the names of their cases.
"""
import csv, pathlib, shutil, subprocess, sys

HERE = pathlib.Path(__file__).parent
FOLDER = HERE / 'pmml'


def field(name, data_type='double', optype=None, inner=''):
    optype = optype or ('continuous' if data_type in ('double', 'float', 'integer') else 'categorical')
    return f'<DataField name="{name}" optype="{optype}" dataType="{data_type}">{inner}</DataField>'


def values(*texts, property='valid'):
    return ''.join(f'<Value value="{text}" property="{property}"/>' for text in texts)


def mining(*fields, target=None):
    text = ''.join(f if f.startswith('<') else f'<MiningField name="{f}"/>' for f in fields)
    if target:
        text += f'<MiningField name="{target}" usageType="target"/>'
    return f'<MiningSchema>{text}</MiningSchema>'


def document(fields, model, transformations='', version='4.4'):
    if transformations:
        transformations = f'<TransformationDictionary>{transformations}</TransformationDictionary>'
    return ('<?xml version="1.0" encoding="UTF-8"?>\n'
            f'<PMML xmlns="http://www.dmg.org/PMML-{version.replace(".", "_")}" version="{version}">\n<Header/>\n'
            f'<DataDictionary>{"".join(fields)}</DataDictionary>\n{transformations}\n{model}\n</PMML>\n')


def regression(schema, table, attributes='', outputs='', targets='', local=''):
    output = f'<Output>{outputs}</Output>' if outputs else ''
    targets = f'<Targets>{targets}</Targets>' if targets else ''
    local = f'<LocalTransformations>{local}</LocalTransformations>' if local else ''
    return f'<RegressionModel functionName="regression" {attributes}>{schema}{output}{targets}{local}{table}</RegressionModel>'


def table(intercept=0, category=None, **coefficients):
    category = f' targetCategory="{category}"' if category else ''
    terms = ''.join(f'<NumericPredictor name="{name}" coefficient="{c}"/>' for name, c in coefficients.items())
    return f'<RegressionTable intercept="{intercept}"{category}>{terms}</RegressionTable>'


def derived(name, expression, data_type='double', optype=None):
    optype = optype or ('continuous' if data_type in ('double', 'float', 'integer') else 'categorical')
    return f'<DerivedField name="{name}" optype="{optype}" dataType="{data_type}">{expression}</DerivedField>'


def output(name, expression, data_type='double', optype=None):
    optype = optype or ('continuous' if data_type in ('double', 'float', 'integer') else 'categorical')
    return f'<OutputField name="{name}" feature="transformedValue" optype="{optype}" dataType="{data_type}">{expression}</OutputField>'


def ref(name):
    return f'<FieldRef field="{name}"/>'


def constant(value, data_type=None):
    data_type = f' dataType="{data_type}"' if data_type else ''
    return f'<Constant{data_type}>{value}</Constant>'


def apply(function, *arguments, **attributes):
    extra = ''.join(f' {k}="{v}"' for k, v in attributes.items())
    return f'<Apply function="{function}"{extra}>{"".join(arguments)}</Apply>'


def simple(name, operator, value=None):
    value = '' if value is None else f' value="{value}"'
    return f'<SimplePredicate field="{name}" operator="{operator}"{value}/>'


def compound(operator, *predicates):
    return f'<CompoundPredicate booleanOperator="{operator}">{"".join(predicates)}</CompoundPredicate>'


def among(name, operator, *texts):
    text = ' '.join(f'"{t}"' if ' ' in t else t for t in texts)
    return (f'<SimpleSetPredicate field="{name}" booleanOperator="{operator}">'
            f'<Array type="string" n="{len(texts)}">{text}</Array></SimpleSetPredicate>')


def node(predicate, *children, score=None, id=None, default=None, counts=None):
    attributes = (f' id="{id}"' if id else '') + (f' score="{score}"' if score is not None else '')
    attributes += f' defaultChild="{default}"' if default else ''
    distribution = ''.join(f'<ScoreDistribution value="{v}" recordCount="{n}"/>' for v, n in (counts or {}).items())
    return f'<Node{attributes}>{predicate}{distribution}{"".join(children)}</Node>'


NUMBERS = 'x,y\n' + '\n'.join(f'{x},{y}' for x, y in
                              [(0.5, 2), (-1.25, 3), (2.5, 0.5), (3.5, -1), (0, 1), (7, 4), (100, 0.25)]) + '\n'
MISSING = 'x,y\n1,2\n,2\n1,\n,\n-3,0.5\n'
PRESENT = 'x,c\n' + '\n'.join(f'{x},{c}' for x in ('0.5', '1', '2', '3', '') for c in ('a', 'b', '') if x or c) + '\n'
MIXED = 'x,c\n' + '\n'.join(f'{x},{c}' for x in ('0.5', '1', '2', '3', '') for c in ('a', 'b', 'b c', 'z', '')) + '\n'
XC = [field('x'), field('c', 'string', inner='')]
TRUE = '<True/>'


def numbers_case(expressions, rows=NUMBERS, fields=None, names=('x', 'y')):
    outputs = ''.join(output(name, expression, *kind) for name, expression, *kind in expressions)
    return document(fields or [field('x'), field('y')], regression(mining(*names), table(1), outputs=outputs)), rows


def clusters_vote():
    """Each voter has centres of its own, so that clusters often have as many votes as others."""
    def voter(weight, *centres):
        clusters = ''.join(f'<Cluster id="{i}"><Array n="1" type="real">{c}</Array></Cluster>' for i, c in zip('abc', centres))
        model = (f'<ClusteringModel functionName="clustering" modelClass="centerBased" numberOfClusters="3">{mining("x")}<ComparisonMeasure kind="distance"><squaredEuclidean/></ComparisonMeasure>'
                 f'<ClusteringField field="x" compareFunction="absDiff"/>{clusters}</ClusteringModel>')
        return f'<Segment weight="{weight}"><True/>{model}</Segment>'

    voters = voter(1, 2, 1, 0) + voter(2, 2, 0, 1) + voter(1, 1, 2, 0)
    rows = 'x\n' + ''.join(f'{x}\n' for x in (-1, 0.25, 0.75, 1.25, 1.75, 2.5, 3.25))
    model = f'<MiningModel functionName="clustering">{mining("x")}<Segmentation multipleModelMethod="majorityVote">{voters}</Segmentation></MiningModel>'
    return document([field('x')], model), rows


def falling_norm():
    """The two points of a line, the higher one first."""
    norm = '<NormContinuous field="x"><LinearNorm orig="0" norm="6.1"/><LinearNorm orig="-3.5" norm="0"/></NormContinuous>'
    return numbers_case([('falling', norm)])


def empty_replacements():
    norm = '<NormContinuous field="x" mapMissingTo=""><LinearNorm orig="0" norm="1"/><LinearNorm orig="2" norm="5"/></NormContinuous>'
    return numbers_case([('continuous', norm), ('discrete', '<NormDiscrete field="y" value="2" mapMissingTo=""/>')], MISSING)


def arithmetic():
    x, y = ref('x'), ref('y')
    two = [('add', '+'), ('subtract', '-'), ('multiply', '*'), ('divide', '/'), ('power', 'pow'), ('modulo', 'modulo'), ('hypot', 'hypot'),
           ('threshold', 'threshold'), ('min', 'min'), ('max', 'max'), ('sum', 'sum'),
           ('avg', 'avg'), ('product', 'product')]
    one = ['abs', 'exp', 'expm1', 'floor', 'ceil', 'round', 'rint', 'sin', 'cos', 'tan', 'atan', 'sinh', 'cosh', 'tanh',
           'stdNormalCDF', 'stdNormalPDF', 'erf']
    positive = ['ln', 'ln1p', 'log10', 'sqrt']
    expressions = [(n, apply(f, apply('abs', x) if f == 'pow' else x, y)) for n, f in two]
    expressions += [(f, apply(f, x)) for f in one] + [(f, apply(f, apply('+', apply('abs', x), constant(0.5)))) for f in positive]
    expressions += [(f, apply(f, apply('/', x, constant(200.0)))) for f in ('asin', 'acos')]
    expressions += [('normalCDF', apply('normalCDF', x, y, constant(2.5))), ('normalPDF', apply('normalPDF', x, y, constant(2.5)))]
    p = apply('/', apply('+', apply('abs', x), constant(0.25)), constant(101.0))
    expressions += [('stdNormalIDF', apply('stdNormalIDF', p)), ('normalIDF', apply('normalIDF', p, y, constant(2.5)))]
    return numbers_case(expressions)


def integers():
    i, j = ref('i'), ref('j')
    fields = [field('i', 'integer'), field('j', 'integer'), field('f', 'float')]
    expressions = [(n, apply(f, i, j), 'integer') for n, f in
                   (('add', '+'), ('multiply', '*'), ('divide', '/'), ('modulo', 'modulo'), ('max', 'max'))]
    expressions += [('average', apply('avg', i, j)), ('mixed', apply('/', i, ref('f'))), ('whole', apply('*', ref('f'), constant(2))),
                    ('text', apply('concat', i, constant('-', 'string'), j), 'string'),
                    ('float', apply('+', ref('f'), constant('0.1', 'float')), 'float')]
    return numbers_case(expressions, 'i,j,f\n7,2,0.1\n-7,2,2.5\n7,-2,1.75\n0,5,0.3\n100,7,16.25\n', fields, ('i', 'j', 'f'))


def missing_arguments():
    x, y = ref('x'), ref('y')
    expressions = [(n, apply(f, x, y)) for n, f in (('add', '+'), ('divide', '/'), ('min', 'min'), ('max', 'max'), ('sum', 'sum'), ('avg', 'avg'))]
    expressions += [('mapped', apply('+', x, y, mapMissingTo='-9')), ('default', apply('+', x, y, defaultValue='-8')),
                    ('missing', apply('isMissing', x), 'boolean'), ('present', apply('isNotMissing', y), 'boolean'),
                    ('chosen', apply('if', apply('isMissing', x), y, x)), ('half', apply('if', apply('isNotMissing', x), x)),
                    ('replaced', '<FieldRef field="x" mapMissingTo="5"/>'), ('among', apply('isIn', x, constant(1.0), constant(2.0)), 'boolean'),
                    ('not_among', apply('isNotIn', x, constant(1.0), constant(2.0)), 'boolean')]
    return numbers_case(expressions, MISSING)


def logic():
    x, y, zero = ref('x'), ref('y'), constant(0.0)
    pairs = ['equal', 'notEqual', 'lessThan', 'lessOrEqual', 'greaterThan', 'greaterOrEqual']
    expressions = [(f, apply(f, x, y), 'boolean') for f in pairs]
    positive, small = apply('greaterThan', x, zero), apply('lessThan', y, constant(2))
    expressions += [('and', apply('and', positive, small), 'boolean'), ('or', apply('or', positive, small), 'boolean'),
                    ('not', apply('not', positive), 'boolean'), ('if', apply('if', positive, x, y)),
                    ('in', apply('isIn', x, constant(0.5), constant(7), y), 'boolean'),
                    ('not_in', apply('isNotIn', x, constant(0.5), constant(7)), 'boolean')]
    return numbers_case(expressions)


def texts():
    s, t = ref('s'), ref('t')
    fields = [field('s', 'string'), field('t', 'string')]
    expressions = [('upper', apply('uppercase', s), 'string'), ('lower', apply('lowercase', s), 'string'), ('trim', apply('trimBlanks', s), 'string'),
                   ('length', apply('stringLength', s), 'integer'), ('part', apply('substring', s, constant(2), constant(3)), 'string'),
                   ('joined', apply('concat', s, constant('+', 'string'), t), 'string'), ('same', apply('equal', s, t), 'boolean'),
                   ('replaced', apply('replace', s, constant('([a-c]+)', 'string'), constant('[$1]', 'string')), 'string'),
                   ('matches', apply('matches', s, constant('^[a-z]+\\s', 'string')), 'boolean')]
    return numbers_case(expressions, 's,t\nabcdef,abc\nA bc,A bc\nxyz w,q\nÄöü straße,ß\n  padded ,p\n', fields, ('s', 't'))


def dates():
    fields = [field('d', 'date', 'ordinal'), field('m', 'dateTime', 'ordinal')]
    expressions = [('days', apply('dateDaysSinceYear', ref('d'), constant(1960)), 'integer'),
                   ('seconds', apply('dateSecondsSinceYear', ref('m'), constant(1970)), 'integer'),
                   ('day', apply('formatDatetime', ref('d'), constant('%d.%m.%y', 'string')), 'string')]
    return numbers_case(expressions, 'd,m\n2004-02-29,2004-02-29T23:59:59\n1960-01-01,1969-12-31T00:00:01\n1999-12-31,2020-06-15T12:00:00\n', fields, ('d', 'm'))


def tables():
    bins = ('<DiscretizeBin binValue="low"><Interval closure="openOpen" rightMargin="1"/></DiscretizeBin>'
            '<DiscretizeBin binValue="middle"><Interval closure="closedClosed" leftMargin="1" rightMargin="2"/></DiscretizeBin>')
    rows = ''.join(f'<row><i>{i}</i><j>{j}</j><o>{o}</o></row>' for i, j, o in (('low', 'a', 1.5), ('low', 'b', 2.5), ('middle', 'a', 3.5)))
    pairs = '<FieldColumnPair field="bin" column="i"/><FieldColumnPair field="c" column="j"/>'
    local = [derived('bin', f'<Discretize field="x" defaultValue="high" mapMissingTo="none">{bins}</Discretize>', 'string'),
             derived('gap', f'<Discretize field="x">{bins}</Discretize>', 'string'),
             derived('map', f'<MapValues outputColumn="o" dataType="double" defaultValue="-1" mapMissingTo="-2">{pairs}<InlineTable>{rows}</InlineTable></MapValues>'),
             derived('bare', f'<MapValues outputColumn="o" dataType="double">{pairs}<InlineTable>{rows}</InlineTable></MapValues>'),
             derived('is_b', '<NormDiscrete field="c" value="b"/>'), derived('is_a', '<NormDiscrete field="c" value="a" mapMissingTo="0.5"/>')]
    for n, outliers in (('as_is', 'asIs'), ('bounded', 'asExtremeValues'), ('gone', 'asMissingValues')):
        norms = ''.join(f'<LinearNorm orig="{o}" norm="{v}"/>' for o, v in ((0.5, 0), (1, 10), (2, 12)))
        local.append(derived(n, f'<NormContinuous field="x" outliers="{outliers}" mapMissingTo="7">{norms}</NormContinuous>'))
    names = [('bin', 'string'), ('gap', 'string'), ('map', 'double'), ('bare', 'double'), ('is_b', 'double'), ('is_a', 'double'),
             ('as_is', 'double'), ('bounded', 'double'), ('gone', 'double')]
    outputs = ''.join(output(f'out_{n}', ref(n), t) for n, t in names)
    rows = MIXED.replace('0.5,', '0,')
    return document(XC, regression(mining('x', 'c'), table(1), outputs=outputs), ''.join(local)), rows


def functions():
    define = ('<DefineFunction name="scaled" optype="continuous" dataType="double"><ParameterField name="v" dataType="double"/>'
              '<ParameterField name="by" dataType="double"/>' + apply('/', apply('-', ref('v'), constant(1)), ref('by')) + '</DefineFunction>'
              '<DefineFunction name="twice" optype="continuous" dataType="double"><ParameterField name="v"/>' +
              apply('+', apply('scaled', ref('v'), constant(2.0)), apply('scaled', ref('v'), constant(4))) + '</DefineFunction>')
    local = derived('d', apply('twice', ref('x'))) + derived('e', apply('*', ref('d'), ref('y')))
    return document([field('x'), field('y')], regression(mining('x', 'y'), table(0.5, e=2, d=-1), outputs=output('d2', ref('d'))), define + local), NUMBERS


def schema():
    fields = [field('x', inner='<Interval closure="closedOpen" leftMargin="0" rightMargin="10"/>'), field('y', inner='<Interval closure="openOpen" leftMargin="0"/><Interval closure="closedClosed" leftMargin="-5" rightMargin="-3"/>'),
              field('c', 'string', inner=values('a', 'b') + values('?', property='missing')), field('n', 'integer', 'categorical', values('1', '2') + values('-1', property='missing'))]
    schema = mining('<MiningField name="x" invalidValueTreatment="asMissing" missingValueReplacement="3" outliers="asExtremeValues" lowValue="1" highValue="8"/>',
                    '<MiningField name="y" invalidValueTreatment="asIs"/>',
                    '<MiningField name="c" invalidValueTreatment="asValue" invalidValueReplacement="b" missingValueReplacement="a" missingValueTreatment="asMode"/>',
                    '<MiningField name="n" invalidValueTreatment="asMissing"/>')
    outputs = ''.join(output(f'out_{n}', ref(n), t) for n, t in (('x', 'double'), ('y', 'double'), ('c', 'string'), ('n', 'integer')))
    outputs += output('valid', apply('isValid', ref('y')), 'boolean')
    rows = 'x,y,c,n\n0.5,1,a,1\n5,-4,b,2\n9,-1,z,3\n11,0,?,-1\n-1,2,,\n,,q,1\n'
    return document(fields, regression(schema, table(1), outputs=outputs)), rows


def predicates():
    tests = [simple('x', 'equal', 1), simple('x', 'notEqual', 1), simple('x', 'lessThan', 1), simple('x', 'lessOrEqual', 1), simple('x', 'greaterThan', 1),
             simple('x', 'greaterOrEqual', 1), simple('c', 'isMissing'), simple('c', 'isNotMissing'), simple('c', 'equal', 'b'), among('c', 'isIn', 'a', 'b c'),
             among('c', 'isNotIn', 'a', 'b c'), '<False/>', compound('and', simple('x', 'greaterThan', 0.7), simple('c', 'equal', 'a')),
             compound('or', simple('x', 'greaterThan', 2.5), simple('c', 'equal', 'a')), compound('xor', simple('x', 'greaterThan', 1), simple('c', 'equal', 'a')),
             compound('surrogate', simple('x', 'greaterThan', 1), simple('c', 'equal', 'a'))]
    segments = ''.join(f'<Segment id="s{i}" weight="1">{test}' + regression(mining('x', 'c'), table(2 ** i)) + '</Segment>' for i, test in enumerate(tests))
    segments += f'<Segment id="last">{TRUE}' + regression(mining('x', 'c'), table(0)) + '</Segment>'
    model = f'<MiningModel functionName="regression">{mining("x", "c")}<Segmentation multipleModelMethod="sum">{segments}</Segmentation></MiningModel>'
    return document(XC, model), MIXED


def tree(strategy, no_true, classes=True):
    counts = [{'n': 3, 'y': 2, 'm': 5}, {'n': 8, 'y': 1, 'm': 1}, {'n': 1, 'y': 6, 'm': 3}, {'n': 2, 'y': 2, 'm': 7}, {'n': 0, 'y': 9, 'm': 1}]
    scores = ['m', 'n', 'y', 'm', 'y'] if classes else [10, 1.5, 2.5, -4, 8]
    say = [dict(score=scores[i], counts=counts[i] if classes else None) for i in range(5)]
    inner = node(simple('x', 'greaterThan', 1), node(among('c', 'isIn', 'a', 'b'), id='d', **say[3]), node(among('c', 'isIn', 'b c'), id='e', **say[4]),
                 id='b', default='e', **say[2])
    root = node(TRUE, node(simple('x', 'lessOrEqual', 1), id='a', **say[1]), inner, id='r', default='b', **say[0])
    function, kind = ('classification', 'string') if classes else ('regression', 'double')
    outputs = '<OutputField name="node" feature="entityId" optype="categorical" dataType="string"/>'
    if classes:
        outputs += ''.join(f'<OutputField name="p_{c}" feature="probability" value="{c}" optype="continuous" dataType="double"/>' for c in 'nym')
    model = (f'<TreeModel functionName="{function}" missingValueStrategy="{strategy}" noTrueChildStrategy="{no_true}">{mining("x", "c", target="t")}'
             f'<Output>{outputs}</Output>{root}</TreeModel>')
    target = field('t', kind, inner=values('n', 'y', 'm') if classes else '')
    return document([target] + XC, model), MIXED


def small_trees(outputs=False):
    def leaf_counts(a, b): return {'n': a, 'y': b}
    trees = [node(TRUE, node(simple('x', 'lessOrEqual', 1), score='n', counts=leaf_counts(4, 1)), node(simple('x', 'greaterThan', 1), score='y', counts=leaf_counts(1, 3)), score='n', counts=leaf_counts(5, 4)),
             node(TRUE, node(simple('c', 'equal', 'a'), score='y', counts=leaf_counts(0, 2)), node(simple('c', 'notEqual', 'a'), score='n', counts=leaf_counts(3, 2)), score='n', counts=leaf_counts(3, 4)),
             node(TRUE, node(simple('x', 'lessThan', 3), score='y', counts=leaf_counts(1, 1)), node(simple('x', 'greaterOrEqual', 3), score='n', counts=leaf_counts(6, 1)), score='y', counts=leaf_counts(7, 2))]
    return trees


def ensemble(method, treatment='continue', regress=False, threshold=None):
    trees = small_trees()
    function = 'regression' if regress else 'classification'
    segments = ''
    for i, root in enumerate(trees):
        if regress:
            root = root.replace('score="n"', f'score="{i + 1.25}"').replace('score="y"', f'score="{-2.5 * i - 1}"')
        output_fields = ''
        segments += (f'<Segment id="{i + 1}" weight="{[0.5, 2, 1.25][i]}">{TRUE}<TreeModel functionName="{function}" missingValueStrategy="nullPrediction">'
                     f'{mining("x", "c")}{output_fields}{root}</TreeModel></Segment>')
    threshold = f' missingThreshold="{threshold}"' if threshold is not None else ''
    outputs = f'<Output>{output("one", constant(1.0))}</Output>' if regress else '<Output>' + ''.join(f'<OutputField name="p_{c}" feature="probability" value="{c}" optype="continuous" dataType="double"/>' for c in 'ny') + '</Output>'
    model = (f'<MiningModel functionName="{function}">{mining("x", "c", target="t")}{outputs}'
             f'<Segmentation multipleModelMethod="{method}" missingPredictionTreatment="{treatment}"{threshold}>{segments}</Segmentation></MiningModel>')
    target = field('t', 'double') if regress else field('t', 'string', inner=values('n', 'y'))
    return document([target] + XC, model), MIXED if treatment == 'returnMissing' else PRESENT


def select_first():
    segments = ''.join(f'<Segment id="{n}">{test}' + regression(mining('x', 'c', target='t'), table(i, x=1)) + '</Segment>' for i, (n, test) in enumerate(
        [('low', simple('x', 'lessThan', 1)), ('a', simple('c', 'equal', 'a')), ('present', simple('x', 'isNotMissing'))]))
    model = f'<MiningModel functionName="regression">{mining("x", "c", target="t")}<Output>{output("one", constant(1.0))}</Output><Segmentation multipleModelMethod="selectFirst">{segments}</Segmentation></MiningModel>'
    return document([field('t')] + XC, model), MIXED


def chain():
    first = regression(mining('x'), table(1, x=2), outputs='<OutputField name="margin" feature="predictedValue" optype="continuous" dataType="double" isFinalResult="false"/>' +
                       output('doubled', apply('*', ref('margin'), constant(2))))
    second = ('<RegressionModel functionName="classification" normalizationMethod="logit">' + mining('margin', target='t') +
              '<Output>' + ''.join(f'<OutputField name="p_{c}" feature="probability" value="{c}" optype="continuous" dataType="double"/>' for c in 'ny') + '</Output>' +
              table(-3, 'n', margin=1) + table(0, 'y') + '</RegressionModel>')
    model = (f'<MiningModel functionName="classification">{mining("x", "y", target="t")}<Segmentation multipleModelMethod="modelChain">'
             f'<Segment id="1">{TRUE}{first}</Segment><Segment id="2">{TRUE}{second}</Segment></Segmentation></MiningModel>')
    return document([field('t', 'string', inner=values('n', 'y')), field('x'), field('y')], model), NUMBERS


def link(method):
    rows = 'x,y\n' + ''.join(f'{x},{y}\n' for x in (-2, -0.5, 0, 0.75, 1.5) for y in (0, 1))
    return document([field('x'), field('y')], regression(mining('x', 'y'), table(0.25, x=0.8, y=-0.5), f'normalizationMethod="{method}"')), rows


def classes(method, optype='categorical', count=3):
    names = ['a', 'b', 'c'][:count]
    tables = ''.join(table(0.5 - i, name, x=0.4 * (i + 1), y=0.3 - 0.2 * i) for i, name in enumerate(names))
    outputs = ''.join(f'<OutputField name="p_{c}" feature="probability" value="{c}" optype="continuous" dataType="double"/>' for c in names)
    model = (f'<RegressionModel functionName="classification" normalizationMethod="{method}">{mining("x", "y", target="t")}<Output>{outputs}</Output>{tables}</RegressionModel>')
    rows = 'x,y\n' + ''.join(f'{x},{y}\n' for x in (0.1, 0.4, 0.75, 1.5) for y in (0.2, 1)) + ',1\n'
    return document([field('t', 'string', optype, values(*names)), field('x'), field('y')], model), rows


def terms():
    inner = ('<RegressionTable intercept="0.5"><NumericPredictor name="x" exponent="2" coefficient="1.5"/><NumericPredictor name="x" coefficient="-1"/>'
             '<CategoricalPredictor name="c" value="a" coefficient="3"/><CategoricalPredictor name="c" value="b c" coefficient="-4"/>'
             '<PredictorTerm coefficient="0.1"><FieldRef field="x"/><FieldRef field="x"/><FieldRef field="x"/></PredictorTerm></RegressionTable>')
    return document([field('t')] + XC, regression(mining('x', 'c', target='t'), inner, outputs=output('one', constant(1.0)))), MIXED


def targets():
    target = '<Target field="t" min="-1" max="2.5" rescaleFactor="10" rescaleConstant="0.4" castInteger="{}"><TargetValue defaultValue="1.5"/></Target>'
    return target


def target_case(cast):
    return document([field('t', 'integer'), field('x'), field('y')], regression(mining('x', 'y', target='t'), table(0.25, x=0.8, y=-0.5), targets=targets().format(cast))), MISSING + '7.3,1.1\n0.3,0.2\n'


def float_math():
    model = ('<RegressionModel functionName="classification" normalizationMethod="softmax" x-mathContext="float">' + mining('x', 'y', target='t') +
             '<Output>' + ''.join(f'<OutputField name="p_{c}" feature="probability" value="{c}" optype="continuous" dataType="float"/>' for c in 'abc') + '</Output>' +
             table(0.1, 'a', x=0.4, y=0.3) + table(0.2, 'b', x=-0.7, y=0.1) + table(-0.3, 'c', x=0.2, y=-0.9) + '</RegressionModel>')
    return document([field('t', 'string', inner=values('a', 'b', 'c')), field('x', 'float'), field('y', 'float')], model), NUMBERS


def text_index():
    def index(term, attributes='', inner=''):
        return f'<TextIndex textField="s" {attributes}>{inner}{constant(term, "string")}</TextIndex>'
    normalization = ('<TextIndexNormalization inField="string" outField="stem" regexField="regex"><InlineTable><row><string>interfaces?</string><stem>interface</stem><regex>true</regex></row>'
                     '<row><string>is|are|seem(ed|s?)|were</string><stem>be</stem><regex>true</regex></row><row><string>user friendl(y|iness)</string><stem>user_friendly</stem><regex>true</regex></row>'
                     '</InlineTable></TextIndexNormalization><TextIndexNormalization inField="re" outField="feature" regexField="regex"><InlineTable>'
                     '<row><re>interface be (user_friendly|well designed|excellent)</re><feature>ui_good</feature><regex>true</regex></row></InlineTable></TextIndexNormalization>')
    cases = [('sun', index('sun'), 'integer'), ('cased', index('sun', 'isCaseSensitive="true"'), 'integer'), ('binary', index('sun', 'localTermWeights="binary"'), 'integer'),
             ('logarithmic', index('sun', 'localTermWeights="logarithmic"'), 'double'), ('near', index('sun', 'maxLevenshteinDistance="1"'), 'integer'),
             ('best', index('sun', 'maxLevenshteinDistance="1" countHits="bestHits"'), 'integer'), ('phrase', index('the sun'), 'integer'),
             ('separated', index('sun', 'wordSeparatorCharacterRE="[\\s\\-]"'), 'integer'), ('ui', index('ui_good', 'isCaseSensitive="false"', normalization), 'integer')]
    outputs = ''.join(output(*case) for case in cases)
    rows = ('s\nThe Sun is the sun; fun in the sun.\nno light here\nTesting the app for a few days convinced me the interfaces are excellent!\n(sun) "sun" sun-sun sin\nUser friendliness: interface were user friendly\n')
    return document([field('s', 'string')], regression(mining('s'), table(1), outputs=outputs)), rows


def text_index_classes():
    """Java's names for classes of characters, by which stop words are taken out."""
    def index(term, pattern, to=' '):
        rows = f'<row><string>{pattern}</string><stem>{to}</stem><regex>true</regex></row>'
        normalization = f'<TextIndexNormalization inField="string" outField="stem" regexField="regex" recursive="true" isCaseSensitive="false"><InlineTable>{rows}</InlineTable></TextIndexNormalization>'
        return f'<TextIndex textField="s">{normalization}{constant(term, "string")}</TextIndex>'
    cases = [('stopped', index('sun light', r'(^|\s+)\p{Punct}*(the|in)\p{Punct}*(\s+|$)'), 'integer'), ('numbered', index('sun n', r'[\p{Digit}x]+', 'n'), 'integer'),
             ('others', index('sun light', r'\P{Alpha}+'), 'integer')]
    outputs = ''.join(output(*case) for case in cases)
    rows = 's\nsun (the) light\nthe sun in the light and Sun the light\nsun 12x3 sun x sun n\nsun; light! sun1light\n'
    return document([field('s', 'string')], regression(mining('s'), table(1), outputs=outputs)), rows


def model_chain_without_target():
    """A segment that names no target predicts none of the chain's, where another does; its output fields count."""
    score = regression(mining('x'), table(0.5, x=2), outputs='<OutputField name="score" optype="continuous" dataType="double"/>')
    small = '<SimplePredicate field="score" operator="lessThan" value="4"/>'
    label = regression(mining('x', 'y', target='t'), table(1, x=0.25, y=-1))
    model = (f'<MiningModel functionName="regression">{mining("x", "y", target="t")}<Segmentation multipleModelMethod="modelChain">'
             f'<Segment id="1"><True/>{score}</Segment><Segment id="2">{small}{label}</Segment></Segmentation></MiningModel>')
    return document([field('t'), field('x'), field('y')], model), 'x,y\n0.5,1\n1,2\n3,0\n-2,0.5\n1.75,1\n'


def global_field_of_segment():
    """A field of the TransformationDictionary rests on what the segment that asks for it makes of missing and outlying cells."""
    squared = derived('squared', apply('*', ref('x'), ref('x')))
    cubed = derived('cubed', apply('*', ref('squared'), ref('x')))
    treated = mining('<MiningField name="x" missingValueReplacement="5"/>', target='t')
    capped = mining('<MiningField name="x" outliers="asExtremeValues" lowValue="-1" highValue="2"/>', target='t')
    plain = mining('x', target='t')
    segments = ''.join(f'<Segment><True/>{regression(mine, table(k, squared=1, cubed=0.5))}</Segment>' for k, mine in enumerate((treated, capped, plain)))
    model = (f'<MiningModel functionName="regression">{mining("x", "y", target="t")}'
             f'<Segmentation multipleModelMethod="sum" missingPredictionTreatment="skipSegment">{segments}</Segmentation></MiningModel>')
    return document([field('t'), field('x'), field('y')], model, squared + cubed), 'x,y\n1.5,1\n,2\n3,\n-4,0\n'


def output_of_targets_name():
    """An output field of the target's name is what is answered under it."""
    halved = apply('/', ref('raw'), constant(2.0))
    outputs = '<OutputField name="raw" optype="continuous" dataType="double" feature="predictedValue"/>' + output('t', halved)
    return document([field('t'), field('x')], regression(mining('x', target='t'), table(1, x=3), outputs=outputs)), 'x\n1.5\n-2\n'


def schema_before():
    """What a MiningField says by extensions before PMML 4.4."""
    fields = [field('x', inner='<Interval closure="closedOpen" leftMargin="0" rightMargin="10"/>'), field('c', 'string', inner=values('a', 'b'))]
    mine = mining('<MiningField name="x" invalidValueTreatment="asIs" x-invalidValueReplacement="7"/>', '<MiningField name="c" invalidValueTreatment="asIs" x-invalidValueReplacement="b"/>')
    outputs = output('out_x', ref('x')) + output('out_c', ref('c'), 'string')
    return document(fields, regression(mine, table(1, x=2), outputs=outputs), version='4.3'), 'x,c\n0.5,a\n-1,z\n10,b\n,\n'


def apply_before():
    """Of PMML 4.1 mapMissingTo is the default of the result."""
    outputs = ''.join(output(name, expression) for name, expression in (
        ('whole', apply('/', constant(7), constant(0), mapMissingTo=5, invalidValueTreatment='asMissing')), ('sum', apply('+', ref('x'), ref('y'), mapMissingTo=-1)),
        ('chosen', apply('if', apply('isMissing', ref('x')), ref('y'), mapMissingTo=3)), ('least', apply('min', ref('x'), ref('y'), mapMissingTo=9))))
    return document([field('x'), field('y')], regression(mining('x', 'y'), table(1), outputs=outputs), version='4.1'), MISSING


def segmentation_before(method, treatment, threshold):
    """Segmentations by extensions before PMML 4.4."""
    segments = ''.join(f'<Segment id="{i}" weight="{weight}">{test}{regression(mining("x", "y"), table(i, x=i - 1, y=k))}</Segment>' for i, (weight, test, k) in enumerate(
        [(0.5, TRUE, 1), (2, simple('x', 'greaterThan', 0), 0), (1.25, TRUE, -1), (1, simple('y', 'lessThan', 2), 0.5), (0.75, TRUE, 0)]))
    model = (f'<MiningModel functionName="regression">{mining("x", "y", target="t")}<Output>{output("one", constant(1.0))}</Output><Segmentation multipleModelMethod="{method}" '
             f'x-missingPredictionTreatment="{treatment}" x-missingThreshold="{threshold}">{segments}</Segmentation></MiningModel>')
    return document([field('t'), field('x'), field('y')], model, version='4.3'), MISSING + NUMBERS[4:]


def schema_outliers():
    """What is invalid or missing is no outlier."""
    intervals = '<Interval closure="closedOpen" leftMargin="-5" rightMargin="0"/><Interval closure="openClosed" leftMargin="1" rightMargin="7.9"/>'
    fields = [field('x', inner=intervals + values('-999', property='missing')), field('f', 'float', inner=intervals), field('n', 'integer', inner=values('3', property='invalid') + values('-999', property='missing'))]
    mine = mining('<MiningField name="x" invalidValueTreatment="asValue" invalidValueReplacement="6" outliers="asExtremeValues" lowValue="-2" highValue="4" missingValueReplacement="9"/>',
                  '<MiningField name="f" invalidValueTreatment="asMissing" outliers="asMissingValues" highValue="7"/>',
                  '<MiningField name="n" invalidValueTreatment="asIs" outliers="asExtremeValues" lowValue="0" highValue="2" missingValueReplacement="1"/>')
    outputs = ''.join(output(f'out_{n}', ref(n), t) for n, t in (('x', 'double'), ('f', 'float'), ('n', 'integer')))
    outputs += output('n_valid', apply('isValid', ref('n')), 'boolean') + output('n_invalid', apply('isNotValid', ref('n')), 'boolean')
    outputs += output('if_only', apply('if', apply('isMissing', ref('f')), ref('n'), mapMissingTo='7', defaultValue='8'), 'integer')
    bins = ''.join(f'<DiscretizeBin binValue="{v}">{i}</DiscretizeBin>' for v, i in (('low', '<Interval closure="openClosed" rightMargin="-1"/>'), ('mid', '<Interval closure="openOpen" leftMargin="-1" rightMargin="1"/>'),
                                                                                     ('high', '<Interval closure="openOpen" leftMargin="1" rightMargin="6"/>'), ('top', '<Interval closure="closedClosed" leftMargin="8" rightMargin="9"/>')))
    outputs += output('bin', f'<Discretize field="x" defaultValue="none" mapMissingTo="lost">{bins}</Discretize>', 'string')
    rows = 'x,f,n\n' + ''.join(f'{x},{f},{n}\n' for x, f, n in ((-5, -5, -3), (-1, -0.5, 0), (0, 0, 1), (1, 1, 2), (1.5, 1.5, 3), (7.9, 7.8, 4), (3, 6.9, -999), (-999, 7, ''), ('', '', 5), (8.5, 7.8, 1)))
    return document(fields, regression(mine, table(1), outputs=outputs)), rows


def ordinal_order():
    """Ordinal fields are in the order of their values."""
    fields = [field('c', 'string', 'ordinal', values('low', 'mid', 'high')), field('n', 'integer', 'ordinal', values('3', '1', '2'))]
    same = '<DerivedField name="same" optype="ordinal" dataType="string"><FieldRef field="c"/></DerivedField>'
    tests = [simple('c', 'lessThan', 'mid'), simple('c', 'greaterOrEqual', 'mid'), simple('n', 'lessOrEqual', '1'), simple('n', 'greaterThan', '3'), simple('same', 'lessOrEqual', 'low')]
    root = node(TRUE, *[node(compound('and', test, simple('n', 'notEqual', str(1 + i % 3))), score=2.0 ** i) for i, test in enumerate(tests)], node(simple('n', 'lessThan', '2'), score=-1), node(simple('c', 'greaterThan', 'low'), score=-2), score=-4)
    outputs = output('less', apply('lessThan', ref('c'), constant('high'), mapMissingTo='false'), 'boolean') + output('pair', apply('greaterOrEqual', ref('n'), constant('1'), mapMissingTo='false'), 'boolean')
    model = f'<TreeModel functionName="regression" noTrueChildStrategy="returnLastPrediction">{mining("c", "n")}<Output>{outputs}</Output><LocalTransformations>{same}</LocalTransformations>{root}</TreeModel>'
    return document(fields, model), 'c,n\n' + ''.join(f'{c},{n}\n' for c in ('low', 'mid', 'high', '') for n in ('1', '2', '3', ''))


def surrogates():
    """What is decided by a surrogate, or by the default child, costs confidence."""
    def leaf(predicate, name, a, b, *children, default=None):
        said = f'<ScoreDistribution value="n" recordCount="{a}" confidence="{a / 10}"/><ScoreDistribution value="y" recordCount="{b}" confidence="{b / 10}"/>'
        default = f' defaultChild="{default}"' if default else ''
        return f'<Node id="{name}" score="{"n" if a > b else "y"}"{default}>{predicate}{said}{"".join(children)}</Node>'

    first = compound('surrogate', simple('x', 'lessThan', 1), simple('y', 'greaterThan', 2), simple('c', 'equal', 'a'))
    second = compound('surrogate', simple('y', 'lessThan', 1), simple('x', 'greaterThan', 2))
    inner = [leaf(second, 'ba', 4, 6), leaf(simple('c', 'notEqual', 'b'), 'bb', 7, 2), leaf(TRUE, 'bc', 1, 5)]
    root = leaf(TRUE, 'r', 5, 4, leaf(first, 'a', 8, 1), leaf(simple('x', 'greaterOrEqual', 0), 'b', 3, 2, *inner, default='bb'), leaf(TRUE, 'z', 2, 9), default='b')
    outputs = ''.join(f'<OutputField name="{k}_{c}" feature="{feature}" value="{c}" optype="continuous" dataType="double"/>' for k, feature in (('c', 'confidence'), ('p', 'probability')) for c in 'ny')
    model = (f'<TreeModel functionName="classification" missingValueStrategy="defaultChild" missingValuePenalty="0.8">{mining("x", "y", "c", target="t")}'
             f'<Output>{outputs}</Output>{root}</TreeModel>')
    rows = 'x,y,c\n' + ''.join(f'{x},{y},{c}\n' for x in ('0.5', '3', '') for y in ('0.5', '3', '') for c in ('a', 'b', '') if x or y or c)
    return document([field('t', 'string', inner=values('n', 'y'))] + XC + [field('y')], model), rows


def node_regressions():
    """Regressions within Nodes say what their scores are."""
    def within(method, intercept, **coefficients):
        return f'<Regression functionName="regression" normalizationMethod="{method}">{table(intercept, **coefficients)}</Regression>'

    def leaf(predicate, score, inner):
        return f'<Node score="{score}">{predicate}{inner}</Node>'

    root = f'<Node>{TRUE}{leaf(simple("x", "lessThan", 1), 4, within("none", 1, x=2))}{leaf(simple("x", "lessThan", 3), 5, within("exp", 0.5, y=-1))}{leaf(simple("x", "greaterOrEqual", 3), 6, "")}</Node>'
    model = f'<TreeModel functionName="regression" splitCharacteristic="multiSplit">{mining("x", "y")}<Output>{output("one", constant(1.0))}</Output>{root}</TreeModel>'
    return document([field('x'), field('y')], model), NUMBERS + ',2\n2,\n0.5,\n5,\n'


def selected_entity():
    """The entity of a MiningModel is its segment."""
    inner = lambda score: f'<TreeModel functionName="regression">{mining("x", "c", target="t")}<Node id="n{score}" score="{score}">{TRUE}</Node></TreeModel>'
    tests = [('low', simple('x', 'lessThan', 1)), ('a', simple('c', 'equal', 'a')), ('there', simple('x', 'isNotMissing')), ('rest', TRUE)]
    segments = ''.join(f'<Segment id="{name}">{test}{inner(i)}</Segment>' for i, (name, test) in enumerate(tests))
    outputs = '<Output><OutputField name="who" feature="entityId" optype="categorical" dataType="string"/></Output>'
    model = f'<MiningModel functionName="regression">{mining("x", "c", target="t")}{outputs}<Segmentation multipleModelMethod="selectFirst">{segments}</Segmentation></MiningModel>'
    return document([field('t')] + XC, model), MIXED


CASES = {
    'schema-before-4.4': schema_before, 'schema-outliers': schema_outliers, 'apply-4.1': apply_before, 'ordinal-order': ordinal_order, 'tree-surrogates': surrogates,
    'tree-node-regressions': node_regressions, 'select-first-entity': selected_entity,
    'functions-arithmetic': arithmetic, 'functions-integers': integers, 'functions-missing': missing_arguments, 'functions-logic': logic,
    'expressions-text-index-classes': text_index_classes, 'model-chain-without-target': model_chain_without_target,
    'functions-texts': texts, 'functions-dates': dates, 'functions-defined': functions, 'expressions-tables': tables, 'expressions-text-index': text_index,
    'norm-falling': falling_norm, 'replacements-empty': empty_replacements, 'clusters-vote': clusters_vote, 'mining-schema': schema, 'predicates': predicates, 'select-first': select_first, 'model-chain': chain, 'regression-terms': terms,
    'regression-float': float_math,
}
for strategy in ('none', 'lastPrediction', 'nullPrediction', 'defaultChild'):
    for no_true in ('returnNullPrediction', 'returnLastPrediction'):
        CASES[f'tree-{strategy}-{no_true[6:10].lower()}'] = lambda s=strategy, n=no_true: tree(s, n)
        CASES[f'tree-regression-{strategy}-{no_true[6:10].lower()}'] = lambda s=strategy, n=no_true: tree(s, n, False)
for method in ('average', 'weightedAverage', 'majorityVote', 'weightedMajorityVote', 'max', 'median'):
    for treatment in ('continue', 'returnMissing', 'skipSegment'):
        CASES[f'classes-{method}-{treatment}'] = lambda m=method, t=treatment: ensemble(m, t)
for method in ('average', 'weightedAverage', 'sum', 'weightedSum', 'median'):
    for treatment in ('continue', 'returnMissing', 'skipSegment'):
        CASES[f'numbers-{method}-{treatment}'] = lambda m=method, t=treatment: ensemble(m, t, True)
for method in ('x-weightedMedian', 'x-weightedSum', 'average'):
    CASES[f'numbers-{method}-before-4.4'] = lambda m=method: segmentation_before(m, 'skipSegment', 0.4)
CASES['global-field-of-segment'] = global_field_of_segment
CASES['output-of-targets-name'] = output_of_targets_name
CASES['numbers-average-threshold'] = lambda: ensemble('average', 'skipSegment', True, 0.5)
for method in ('none', 'logit', 'exp', 'probit', 'cloglog', 'loglog', 'cauchit', 'softmax'):
    CASES[f'link-{method}'] = lambda m=method: link(m)
for method in ('none', 'simplemax', 'softmax'):
    CASES[f'multinomial-{method}'] = lambda m=method: classes(m)
for method in ('none', 'logit', 'probit', 'cloglog', 'loglog', 'cauchit', 'softmax', 'simplemax'):
    CASES[f'binary-{method}'] = lambda m=method: classes(m, count=2)
for method in ('logit', 'probit', 'cloglog', 'loglog', 'cauchit'):
    CASES[f'ordinal-{method}'] = lambda m=method: classes(m, 'ordinal')
for cast in ('round', 'ceiling', 'floor'):
    CASES[f'target-{cast}'] = lambda c=cast: target_case(c)


def main():
    jars = pathlib.Path(sys.argv[1])
    version = sorted(jars.glob('pmml-evaluator-[0-9]*.jar'))[-1].stem.rsplit('-', 1)[1]
    lines, folders = [], []
    for folder in FOLDER.glob('*/'):
        shutil.rmtree(folder)
    for name, make in CASES.items():
        text, rows = make()
        folder = FOLDER / name
        folder.mkdir(parents=True, exist_ok=True)
        (folder / 'model.pmml').write_text(text)
        (folder / 'input.csv').write_text(rows)
        folders.append(folder)
    subprocess.run(['java', '-Dfile.encoding=UTF-8', '-cp', f'{jars}/*', str(HERE / 'PmmlAnswers.java'), *map(str, folders)], check=True)
    for folder in folders:
        if (folder / 'expected.csv').exists():
            lines.append([folder.name, version, 'model.pmml', 'expected.csv', 1e-6 if 'float' in folder.name else 1e-9, 1e-12])
        else:
            shutil.rmtree(folder)
    with open(FOLDER / 'cases.csv', 'w', newline='') as file:
        writer = csv.writer(file, lineterminator='\n')
        writer.writerow(['case', 'version', 'model', 'expected', 'rel', 'abs'])
        writer.writerows(lines)
    print(f'{len(lines)} cases')


if __name__ == '__main__':
    main()
