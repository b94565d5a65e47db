#!/usr/bin/env python3
"""Writes tests/cases/pmml_models: a small PMML document for each way of the model elements besides trees and
regressions, rows, and JPMML-Evaluator's answers.

make_pmml_models.py JARS   as make_pmml.py
"""
import itertools, pathlib

import make_pmml
from make_pmml import document, field, mining, values

ABC = 'x,y,c\n1,2,a\n-0.5,0.25,b\n3,-1,c\n0,0,a\n,1,b\n2,,a\n1,1,\n0.1,-0.7,b\n1.5,1.5,c\n'
FIELDS = [field('x'), field('y'), field('c', 'string', inner=values('a', 'b', 'c'))]
CLASSES = field('t', 'string', inner=values('p', 'q', 'r'))
TWO = field('t', 'string', inner=values('p', 'q'))


def output(name, feature, data_type='double', **attributes):
    optype = 'continuous' if data_type in ('double', 'integer') else 'categorical'
    rest = ''.join(f' {key}="{value}"' for key, value in attributes.items())
    return f'<OutputField name="{name}" optype="{optype}" dataType="{data_type}" feature="{feature}"{rest}/>'


def outputs(*fields):
    return '<Output>' + ''.join(fields) + '</Output>'


def probabilities(classes='pqr'):
    return outputs(*(output(f'probability_{c}', 'probability', value=c) for c in classes))


# ---- GeneralRegressionModel

def parameters(*names, points=None):
    points = points or {}
    return '<ParameterList>' + ''.join(f'<Parameter name="{n}" label="{n}" referencePoint="{points.get(n, 0)}"/>' for n in names) + '</ParameterList>'


def general(model_type, function, attributes, weights, extra='', cells=None, factors='<Predictor name="c"/>', out='', targets='', points=None):
    out = out or outputs(output('prediction', 'predictedValue'))
    cells = cells or [('x', '1', 'p1'), ('y', '2', 'p2'), ('c', 'a', 'p3'), ('c', 'b', 'p4'), ('c', 'b', 'p5'), ('x', '1', 'p5')]
    names = sorted({w[0] for w in weights} | {c[2] for c in cells})
    body = parameters(*names, points=points) + f'<FactorList>{factors}</FactorList><CovariateList><Predictor name="x"/><Predictor name="y"/></CovariateList>'
    body += '<PPMatrix>' + ''.join(f'<PPCell predictorName="{f}" value="{v}" parameterName="{p}"/>' for f, v, p in cells) + '</PPMatrix><ParamMatrix>'
    for weight in weights:
        category = f' targetCategory="{weight[2]}"' if len(weight) > 2 else ''
        body += f'<PCell parameterName="{weight[0]}" beta="{weight[1]}"{category}/>'
    body += '</ParamMatrix>' + extra
    return f'<GeneralRegressionModel modelType="{model_type}" functionName="{function}" {attributes}>{mining("x", "y", "c", target="t")}{out}{targets}{body}</GeneralRegressionModel>'


WEIGHTS = [('p0', 0.4), ('p1', 0.3), ('p2', -0.2), ('p3', 0.15), ('p4', -0.35), ('p5', 0.25)]


def linked(link, extra=''):
    weights = [('p0', 3)] + WEIGHTS[1:]
    return document([field('t')] + FIELDS, general('generalizedLinear', 'regression', f'distribution="normal" linkFunction="{link}" {extra}', weights)), ABC


def binomial(link):
    return document([TWO] + FIELDS, general('generalizedLinear', 'classification', f'distribution="binomial" linkFunction="{link}" targetReferenceCategory="q"', WEIGHTS, out=probabilities('pq'))), ABC


def ordinal(link):
    weights = WEIGHTS[1:] + [('p0', -0.6, 'p'), ('p0', 0.7, 'q')]
    target = field('t', 'string', 'ordinal', values('p', 'q', 'r'))
    return document([target] + FIELDS, general('ordinalMultinomial', 'classification', f'cumulativeLink="{link}"', weights, out=probabilities())), ABC


def multinomial(reference):
    others = [c for c in 'pqr' if c != reference]
    weights = [(p, b * (1 if c == others[0] else -0.7), c) for p, b in WEIGHTS for c in others]
    return document([CLASSES] + FIELDS, general('multinomialLogistic', 'classification', f'targetReferenceCategory="{reference}"', weights, out=probabilities())), ABC


def contrasts():
    matrix = ('<Predictor name="c"><Categories><Category value="a"/><Category value="b"/><Category value="c"/></Categories>'
              '<Matrix nbRows="3" nbCols="3"><Array type="real" n="3">1 0 0.5</Array><Array type="real" n="3">0 1 0.25</Array><Array type="real" n="3">-1 -1 2</Array></Matrix></Predictor>')
    return document([field('t')] + FIELDS, general('generalLinear', 'regression', '', WEIGHTS, factors=matrix)), ABC


def offset_and_trials():
    fields = [field('t')] + FIELDS + [field('o'), field('n', 'integer')]
    model = general('generalizedLinear', 'regression', 'distribution="binomial" linkFunction="logit" offsetVariable="o" trialsVariable="n"', WEIGHTS)
    model = model.replace('<MiningField name="c"/>', '<MiningField name="c"/><MiningField name="o"/><MiningField name="n"/>')
    return document(fields, model), 'x,y,c,o,n\n1,2,a,0.5,3\n-0.5,0.25,b,-1,1\n3,-1,c,0,10\n0,0,a,2,4\n'


def cox(strata):
    def table(scale):
        return ''.join(f'<BaselineCell time="{t}" cumHazard="{h * scale}"/>' for t, h in ((4, 0.1), (9, 0.25), (2, 0.05), (15, 0.6)))
    attributes = 'endTimeVariable="time"'
    if strata:
        attributes += ' baselineStrataVariable="c"'
        hazards = ''.join(f'<BaselineStratum value="{v}" maxTime="{m}">{table(s)}</BaselineStratum>' for v, m, s in (('a', 20, 1), ('b', 12, 2)))
        hazards = f'<BaseCumHazardTables>{hazards}</BaseCumHazardTables>'
    else:
        hazards = f'<BaseCumHazardTables maxTime="20">{table(1)}</BaseCumHazardTables>'
    model = general('CoxRegression', 'regression', attributes, WEIGHTS[1:], extra=hazards, points={'p1': 0.5, 'p2': 1.5, 'p3': 0.2})
    model = model.replace('<MiningField name="c"/>', '<MiningField name="c"/><MiningField name="time"/>')
    rows = 'x,y,c,time\n1,2,a,1\n1,2,a,2\n0.5,1,b,8.5\n0.5,1,b,13\n2,0.1,a,15\n2,0.1,a,25\n3,1,c,5\n,1,a,5\n'
    return document([field('t')] + FIELDS + [field('time')], model), rows


# ---- NeuralNetwork

def network(activation, function='regression', normalization='none', attributes='', layer='', expression='<FieldRef field="t"/>'):
    inputs = ''.join(f'<NeuralInput id="i{n}"><DerivedField optype="continuous" dataType="double"><FieldRef field="{n}"/></DerivedField></NeuralInput>' for n in 'xy')
    connections = lambda *pairs: ''.join(f'<Con from="{f}" weight="{w}"/>' for f, w in pairs)
    hidden = (f'<Neuron id="h0" bias="0.1">{connections(("ix", 0.6), ("iy", -0.4))}</Neuron><Neuron id="h1" bias="-0.3" width="0.9">{connections(("iy", 0.8), ("ix", 0.2))}</Neuron>'
              f'<Neuron id="h2" bias="0.2">{connections(("ix", -0.5))}</Neuron>')
    if function == 'regression':
        last = f'<Neuron id="o0" bias="0.05">{connections(("h0", 1.1), ("h1", -0.7), ("h2", 0.3), ("ix", 0.25))}</Neuron>'
        ends = f'<NeuralOutput outputNeuron="o0"><DerivedField optype="continuous" dataType="double">{expression}</DerivedField></NeuralOutput>'
        target, out = field('t'), outputs(output('prediction', 'predictedValue'))
    else:
        last = ''.join(f'<Neuron id="o{k}" bias="{0.1 * k}">{connections(("h0", 1.1 - k), ("h1", 0.7 * k), ("h2", 0.3))}</Neuron>' for k in range(3))
        ends = ''.join(f'<NeuralOutput outputNeuron="o{k}"><DerivedField optype="categorical" dataType="string"><NormDiscrete field="t" value="{c}"/></DerivedField></NeuralOutput>' for k, c in enumerate('pqr'))
        target, out = CLASSES, outputs(*(output(f'probability_{c}', 'probability', value=c) for c in 'pqr'), output('entity', 'entityId', 'string'))
    model = (f'<NeuralNetwork functionName="{function}" activationFunction="{activation}" {attributes}>{mining("x", "y", target="t")}{out}<NeuralInputs>{inputs}</NeuralInputs>'
             f'<NeuralLayer {layer}>{hidden}</NeuralLayer><NeuralLayer activationFunction="identity" normalizationMethod="{normalization}">{last}</NeuralLayer><NeuralOutputs>{ends}</NeuralOutputs></NeuralNetwork>')
    return document([target] + FIELDS[:2], model), ''.join(line.rsplit(',', 1)[0] + '\n' for line in ABC.splitlines())


def two_targets():
    text, rows = network('tanh')
    text = text.replace('<DataField name="t"', '<DataField name="u" optype="continuous" dataType="double"/><DataField name="t"')
    text = text.replace('<MiningField name="t" usageType="target"/>', '<MiningField name="t" usageType="target"/><MiningField name="u" usageType="target"/>')
    both = outputs(output('first', 'predictedValue', targetField='t'), output('second', 'predictedValue', targetField='u'))
    text = text.replace(outputs(output('prediction', 'predictedValue')), both)
    second = '<NeuralOutput outputNeuron="h1"><DerivedField optype="continuous" dataType="double"><FieldRef field="u"/></DerivedField></NeuralOutput>'
    return text.replace('</NeuralOutputs>', second + '</NeuralOutputs>'), rows


# ---- SupportVectorMachineModel

def vector_machine(kernel, function='regression', attributes='', machines=None):
    fields = '<VectorFields><FieldRef field="x"/><CategoricalPredictor name="c" value="a" coefficient="1"/><FieldRef field="y"/><CategoricalPredictor name="c" value="b" coefficient="1"/></VectorFields>'
    vectors = ('<VectorInstance id="v1"><REAL-SparseArray n="4"><Indices>1 2</Indices><REAL-Entries>0.5 1</REAL-Entries></REAL-SparseArray></VectorInstance>'
               '<VectorInstance id="v2"><Array type="real" n="4">-1 0 0.3 1</Array></VectorInstance>'
               '<VectorInstance id="v3"><REAL-SparseArray n="4"><Indices>3</Indices><REAL-Entries>1.2</REAL-Entries></REAL-SparseArray></VectorInstance>')
    machines = machines or ['']
    text = ''
    for i, names in enumerate(machines):
        used = [('v1', 0.7 - i), ('v3', -0.4 + 0.3 * i), ('v2', 0.2)]
        text += (f'<SupportVectorMachine {names}><SupportVectors>' + ''.join(f'<SupportVector vectorId="{v}"/>' for v, _ in used) +
                 f'</SupportVectors><Coefficients absoluteValue="{0.1 - 0.2 * i}">' + ''.join(f'<Coefficient value="{w}"/>' for _, w in used) + '</Coefficients></SupportVectorMachine>')
    target = field('t') if function == 'regression' else CLASSES
    out = outputs(output('prediction', 'predictedValue', 'double' if function == 'regression' else 'string'))
    model = (f'<SupportVectorMachineModel functionName="{function}" svmRepresentation="SupportVectors" {attributes}>{mining("x", "y", "c", target="t")}{out}{kernel}<VectorDictionary numberOfVectors="3">{fields}{vectors}</VectorDictionary>'
             f'{text}</SupportVectorMachineModel>')
    rows = '\n'.join(line for line in ABC.splitlines() if ',,' not in line and not line.startswith(',') and not line.endswith(',')) + '\n'
    return document([target] + FIELDS, model), rows


def repeated_predictor():
    text, rows = vector_machine(KERNELS['radial'])
    return text.replace('<FieldRef field="y"/><CategoricalPredictor name="c" value="b"', '<CategoricalPredictor name="c" value="a"/><CategoricalPredictor name="c" value="b"'), rows


# ---- NaiveBayesModel

def naive_bayes(threshold):
    counts = lambda a, b, c: f'<TargetValueCounts><TargetValueCount value="p" count="{a}"/><TargetValueCount value="q" count="{b}"/><TargetValueCount value="r" count="{c}"/></TargetValueCounts>'
    pairs = lambda value, *numbers: f'<PairCounts value="{value}">{counts(*numbers)}</PairCounts>'
    stats = ''.join(f'<TargetValueStat value="{c}"><GaussianDistribution mean="{m}" variance="{v}"/></TargetValueStat>' for c, m, v in (('p', 0.5, 1.2), ('q', -0.2, 0.6), ('r', 1.4, 2.5)))
    bins = ('<DerivedField name="binned" optype="categorical" dataType="string"><Discretize field="y"><DiscretizeBin binValue="low"><Interval closure="openOpen" rightMargin="0"/></DiscretizeBin>'
            '<DiscretizeBin binValue="high"><Interval closure="closedOpen" leftMargin="0"/></DiscretizeBin></Discretize></DerivedField>')
    inputs = (f'<BayesInput fieldName="x"><TargetValueStats>{stats}</TargetValueStats></BayesInput>'
              f'<BayesInput fieldName="y">{bins}{pairs("low", 4, 8, 1)}{pairs("high", 10, 2, 9)}</BayesInput>'
              f'<BayesInput fieldName="c">{pairs("a", 5, 0, 3)}{pairs("b", 2, 9, 4)}</BayesInput>')
    model = (f'<NaiveBayesModel functionName="classification" threshold="{threshold}">{mining("x", "y", "c", target="t")}{probabilities()}<BayesInputs>{inputs}</BayesInputs>'
             f'<BayesOutput fieldName="t">{counts(14, 10, 10)}</BayesOutput></NaiveBayesModel>')
    return document([CLASSES] + FIELDS, model), ABC


# ---- ClusteringModel and NearestNeighborModel

MEASURES = {name: f'<{name}/>' for name in ('euclidean', 'squaredEuclidean', 'chebychev', 'cityBlock', 'simpleMatching', 'jaccard', 'tanimoto')}
MEASURES['minkowski'] = '<minkowski p-parameter="3"/>'
MEASURES['binarySimilarity'] = ('<binarySimilarity c11-parameter="2" c10-parameter="0.5" c01-parameter="0.25" c00-parameter="1" d11-parameter="2" d10-parameter="1" d01-parameter="1" d00-parameter="1"/>')
SIMILARITIES = ('simpleMatching', 'jaccard', 'tanimoto', 'binarySimilarity')
FLAGS = 'u,v,w\ntrue,true,false\nfalse,false,true\ntrue,false,false\ntrue,true,true\n'


def measure_of(name):
    kind = 'similarity' if name in SIMILARITIES else 'distance'
    return f'<ComparisonMeasure kind="{kind}">{MEASURES[name]}</ComparisonMeasure>'


def entity_outputs(ids, count=2, first_affinity=1):
    ranks = [output(f'id_{r}', 'entityId', 'string', rank=r) for r in range(1, count + 1)] + [output(f'affinity_{r}', 'affinity', rank=r) for r in range(first_affinity, count + 1)]
    return outputs(*ranks, *(output(f'affinity_of_{i}', 'affinity', value=i) for i in ids))


def clusters(name, settings='', weights='', compare=''):
    flags = name in SIMILARITIES
    names = ['u', 'v', 'w'] if flags else ['x', 'y']
    centres = ['1 1 0', '0 1 1', '0 0 1'] if flags else ['0.5 1', '-1 0', '2 -1']
    fields = [field(n, 'boolean') for n in names] if flags else FIELDS[:2]
    body = measure_of(name).replace('kind=', f'{compare} kind=') + ''.join(f'<ClusteringField field="{n}" {settings}/>' for n in names)
    if weights:
        body += f'<MissingValueWeights><Array type="real" n="2">{weights}</Array></MissingValueWeights>'
    body += ''.join(f'<Cluster id="k{i}" name="cluster {i}"><Array type="real" n="{len(names)}">{c}</Array></Cluster>' for i, c in enumerate(centres))
    out = entity_outputs(['k0', 'k2'], 3).replace('</Output>', output('name', 'predictedDisplayValue', 'string') + output('own', 'entityAffinity') + '</Output>')
    model = f'<ClusteringModel functionName="clustering" modelClass="centerBased" numberOfClusters="3">{mining(*names)}{out}{body}</ClusteringModel>'
    rows = FLAGS if flags else ''.join(line.rsplit(',', 1)[0] + '\n' for line in ABC.splitlines())
    return document(fields, model), rows


INSTANCES = [('1', '2', 'a', 'p', '4'), ('-0.5', '0', 'b', 'q', '1.5'), ('3', '-1', 'c', 'r', '2'), ('0', '0.5', 'a', 'q', '-1'), ('1.5', '1', 'b', 'p', '0.25'), ('2', '-0.5', 'c', 'r', '3')]


def neighbors(name, function, method='', count=3, names='xy', settings=''):
    flags = name in SIMILARITIES
    table = ''.join(f'<row><id>n{i}</id>' + (f'<u>{"true" if i % 2 else "false"}</u><v>{"true" if i < 3 else "false"}</v><w>{"true" if i > 3 else "false"}</w>' if flags else f'<x>{r[0]}</x><y>{r[1]}</y><c>{r[2]}</c>') +
                    f'<t>{r[3] if function == "classification" else r[4]}</t></row>' for i, r in enumerate(INSTANCES))
    names = list('uvw') if flags else list(names)
    fields = [field(n, 'boolean') for n in names] if flags else FIELDS
    target = CLASSES if function == 'classification' else field('t')
    instances = '<TrainingInstances><InstanceFields>' + ''.join(f'<InstanceField field="{n}" column="{n}"/>' for n in ['id', 't'] + names) + f'</InstanceFields><InlineTable>{table}</InlineTable></TrainingInstances>'
    inputs = ''.join(f'<KNNInput field="{n}" {settings if n != "c" else "compareFunction=" + chr(34) + "delta" + chr(34)}/>' for n in names)
    model = (f'<NearestNeighborModel functionName="{function}" numberOfNeighbors="{count}" instanceIdVariable="id" {method}>{mining(*names, target="t")}{entity_outputs(["n1"] if function == "classification" else [], 4, 2)}{instances}'
             f'{measure_of(name)}<KNNInputs>{inputs}</KNNInputs></NearestNeighborModel>')
    rows = FLAGS if flags else ABC if 'c' in names else ''.join(line.rsplit(',', 1)[0] + '\n' for line in ABC.splitlines())
    return document([target] + (fields if flags else fields[:len(names)]), model), rows


# ---- Scorecard

def scorecard(algorithm):
    def attribute(score, predicate, code='', inner=''):
        code = f' reasonCode="{code}"' if code else ''
        score = f' partialScore="{score}"' if score is not None else ''
        return f'<Attribute{score}{code}>{predicate}{inner}</Attribute>'
    complex_score = '<ComplexPartialScore><Apply function="*"><Constant>2.5</Constant><FieldRef field="y"/></Apply></ComplexPartialScore>'
    characteristics = (
        f'<Characteristic name="cx" reasonCode="RX" baselineScore="12">{attribute(-5, test("x", "isMissing"))}{attribute(10, test("x", "lessOrEqual", 0))}{attribute(20, test("x", "lessThan", 2))}{attribute(0, "<True/>")}</Characteristic>'
        f'<Characteristic name="cy">{attribute(3, test("y", "lessThan", 0), "RY1")}{attribute(None, test("y", "greaterOrEqual", 0), "RX", complex_score)}{attribute(1, "<True/>", "RY2")}</Characteristic>'
        f'<Characteristic name="cc" reasonCode="RC">{attribute(7, test("c", "equal", "a"))}{attribute(2, test("c", "equal", "b"), "RC2")}{attribute(4, test("c", "isMissing"))}</Characteristic>')
    out = outputs(output('score', 'predictedValue'), *(output(f'reason_{r}', 'reasonCode', 'string', rank=r) for r in range(1, 5)))
    model = (f'<Scorecard functionName="regression" initialScore="1.5" baselineScore="5" reasonCodeAlgorithm="{algorithm}">{mining("x", "y", "c", target="t")}{out}<Characteristics>{characteristics}</Characteristics></Scorecard>')
    rows = ''.join(line + '\n' for i, line in enumerate(ABC.splitlines()) if i == 0 or not line.endswith(',c'))
    return document([field('t')] + FIELDS, model), rows


# Intervals with every closure and a gap between them, each compound predicate, categories; rows on the margins.
INTERVALS = 'x,y,c\n-1,0,a\n-0.5,0.5,b\n0,1,a\n0.5,1.5,b\n1,2,c\n1.25,2.5,a\n1.5,3,b\n2,-1,c\n2.5,0,\n3,0.5,a\n4,,b\n,1,a\n,,\n1,,c\n,-2,b\n'


def test(name, operator, value=None):
    return f'<SimplePredicate field="{name}" operator="{operator}"' + ('/>' if value is None else f' value="{value}"/>')


def compound(operator, *predicates):
    return f'<CompoundPredicate booleanOperator="{operator}">{"".join(predicates)}</CompoundPredicate>'


def among(name, *values, operator='isIn'):
    return f'<SimpleSetPredicate field="{name}" booleanOperator="{operator}"><Array type="string" n="{len(values)}">{" ".join(values)}</Array></SimpleSetPredicate>'


def between(name, low, above, high, below):
    return compound('and', test(name, above, low), test(name, below, high))


def scorecard_of_intervals(last):
    lists = {
        'x': [test('x', 'lessThan', -0.5), between('x', -0.5, 'greaterOrEqual', 0.5, 'lessThan'), between('x', 0.5, 'greaterOrEqual', 1, 'lessOrEqual'),
              between('x', 1, 'greaterThan', 1.5, 'lessThan'), between('x', 1.5, 'greaterThan', 2.5, 'lessOrEqual'), test('x', 'greaterThan', 2.5), test('x', 'isMissing')],
        'y': [compound('or', test('y', 'equal', 1), test('y', 'equal', 2.5)), compound('xor', test('y', 'greaterThan', 0), test('y', 'lessThan', 2)),
              compound('surrogate', test('y', 'lessThan', 1), test('x', 'greaterThan', 1)), compound('and', test('y', 'notEqual', 3), test('y', 'isNotMissing'))],
        'c': [among('c', 'a', 'b'), compound('and', among('c', 'a', operator='isNotIn'), test('x', 'lessOrEqual', 1))]}
    body = ''.join(f'<Characteristic name="of_{name}">' + ''.join(f'<Attribute partialScore="{(i + 1) * 10 ** k + 0.25}">{predicate}</Attribute>' for i, predicate in enumerate(predicates)) +
                   last + '</Characteristic>' for k, (name, predicates) in enumerate(lists.items()))
    model = f'<Scorecard functionName="regression" initialScore="-3.5" useReasonCodes="false">{mining("x", "y", "c", target="t")}<Characteristics>{body}</Characteristics></Scorecard>'
    return document([field('t')] + FIELDS, model), INTERVALS


# ---- MiningModel of trees with fields and outputs of their own

def forest_of_own_fields(function, method, treatment):
    def node(predicate, score, shares, *children):
        said = ''.join(f'<ScoreDistribution value="{c}" recordCount="{n}"/>' for c, n in zip('pq', shares)) if function == 'classification' else ''
        return f'<Node score="{score}" recordCount="{sum(shares)}">{predicate}{said}{"".join(children)}</Node>'

    def tree(k, first, second):
        own = f'<DerivedField name="own{k}" optype="continuous" dataType="double"><Apply function="*"><FieldRef field="x"/><Constant dataType="double">{k}</Constant></Apply></DerivedField>'
        own += '<DerivedField name="kind" optype="categorical" dataType="string"><Apply function="if"><Apply function="greaterThan" mapMissingTo="false"><FieldRef field="y"/>' \
               f'<Constant dataType="double">{k - 1.5}</Constant></Apply><Constant>high</Constant><Constant>low</Constant></Apply></DerivedField>'
        score = (lambda a, b: 'p' if a > b else 'q') if function == 'classification' else (lambda a, b: a - b / 8)
        leaf = lambda predicate, a, b, *children: node(predicate, score(a, b), (a, b), *children)
        root = leaf('<True/>', 9, 8, leaf(test(f'own{k}', 'lessOrEqual', first), 3, 1, leaf(test('c', 'equal', 'a'), 7, 2), leaf('<True/>', 1, 4)), leaf(test('kind', 'equal', second), 2, 6), leaf(test('y', 'isNotMissing'), 5, 3))
        out = outputs(output(f'of_{k}', 'probability', value='p')) if function == 'classification' else outputs(output(f'of_{k}', 'predictedValue'))
        return (f'<Segment id="{k}" weight="{k / 4}"><True/><TreeModel functionName="{function}" missingValueStrategy="nullPrediction">{mining("x", "y", "c")}{out}'
                f'<LocalTransformations>{own}</LocalTransformations>{root}</TreeModel></Segment>')

    trees = ''.join(tree(k, first, second) for k, first, second in ((1, 0.5, 'high'), (2, 2, 'low'), (3, -1.5, 'low')))
    model = (f'<MiningModel functionName="{function}">{mining("x", "y", "c", target="t")}{probabilities("pq") if function == "classification" else outputs(output("score", "predictedValue"))}'
             f'<Segmentation multipleModelMethod="{method}" missingPredictionTreatment="{treatment}">{trees}</Segmentation></MiningModel>')
    return document([TWO if function == 'classification' else field('t')] + FIELDS, model), INTERVALS


# ---- RuleSetModel

def rules_of_intervals(default):
    predicates = [compound('and', test('x', 'greaterOrEqual', 1), test('x', 'lessThan', 1.5), test('y', 'greaterThan', 2)), compound('and', test('x', 'greaterThan', 0), '<True/>', test('c', 'equal', 'b')),
                  compound('or', test('y', 'lessThan', -0.5), compound('and', test('x', 'lessOrEqual', -0.5), test('c', 'notEqual', 'b'))), compound('surrogate', test('x', 'greaterThan', 2), test('y', 'greaterOrEqual', 1)),
                  compound('xor', test('x', 'isMissing'), test('y', 'isMissing')), compound('and', among('c', 'a', 'c'), test('y', 'lessOrEqual', 0.5))]
    body = ''.join(f'<SimpleRule id="r{i}" score="{"pqr"[i % 3]}">{predicate}</SimpleRule>' for i, predicate in enumerate(predicates))
    model = f'<RuleSetModel functionName="classification">{mining("x", "y", "c", target="t")}{outputs(output("rule", "entityId", "string"))}<RuleSet {default}><RuleSelectionMethod criterion="firstHit"/>{body}</RuleSet></RuleSetModel>'
    return document([CLASSES] + FIELDS, model), INTERVALS


def rules(criterion, default='defaultScore="r" defaultConfidence="0.2"'):
    rule = lambda id, score, number, predicate: f'<SimpleRule id="{id}" score="{score}" confidence="{number}" weight="{number}">{predicate}</SimpleRule>'
    body = (rule('r1', 'p', 0.8, test('x', 'greaterThan', 1)) + f'<CompoundRule>{test("c", "equal", "a")}' + rule('r2', 'q', 0.9, test('y', 'greaterThan', 1)) + rule('r3', 'p', 0.4, '<True/>') +
            '</CompoundRule>' + rule('r4', 'q', 0.6, test('x', 'lessThan', 0.5)) + rule('r5', 'q', 0.5, test('y', 'lessThan', -0.5)))
    out = outputs(*(output(f'confidence_{c}', 'confidence', value=c) for c in 'pqr'), output('rule', 'entityId', 'string'))
    model = f'<RuleSetModel functionName="classification">{mining("x", "y", "c", target="t")}{out}<RuleSet {default}><RuleSelectionMethod criterion="{criterion}"/>{body}</RuleSet></RuleSetModel>'
    return document([CLASSES] + FIELDS, model), ABC



# ---- AssociationModel: an item is a field that is true, a text T, or a value of a field

ITEMS = [('1', 'water'), ('2', 'coke'), ('3', 'c=a'), ('4', 'bread')]
RULES = [('1', '2', 0.4, 0.6, 1.2), ('2', '3', 0.2, 0.9, 1.1), ('4', '1', 0.2, 0.9, 2.5), ('5', '2', 0.1, 0.7, 0.8), ('1', '4', 0.3, 0.5, 1.0), ('6', '4', 0.05, 1, 3)]
SETS = [('1', '1'), ('2', '2'), ('3', '3'), ('4', '4'), ('5', '1 3'), ('6', '2 3'), ('7', '1 2 4')]


def associations(algorithm, basis, order='descending'):
    yes_or_no = values('T', 'F')
    fields = [field('water', 'boolean', 'categorical'), field('coke', 'string', inner=yes_or_no), FIELDS[2], field('bread', 'string', inner=yes_or_no)]
    items = ''.join(f'<Item id="{id}" value="{value}"/>' for id, value in ITEMS)
    sets = ''.join(f'<Itemset id="{id}">' + ''.join(f'<ItemRef itemRef="{item}"/>' for item in held.split()) + '</Itemset>' for id, held in SETS)
    rules = ''.join(f'<AssociationRule antecedent="{a}" consequent="{c}" support="{s}" confidence="{f}" lift="{l}"/>' for a, c, s, f, l in RULES)
    rules += '<AssociationRule id="last" antecedent="3" consequent="7" support="0.02" confidence="0.9" lift="4"/>'
    out = outputs(*(output(f'{feature}_{rank}', 'ruleValue', 'string' if feature in ('ruleId', 'rule') else 'double', ruleFeature=feature, algorithm=algorithm, rank=rank, rankBasis=basis, rankOrder=order)
                    for rank in (1, 2, 5) for feature in ('ruleId', 'rule', 'confidence', 'support', 'lift')))
    model = (f'<AssociationModel functionName="associationRules" numberOfTransactions="10" minimumSupport="0" minimumConfidence="0" numberOfItems="4" numberOfItemsets="7" numberOfRules="7">'
             f'{mining("water", "coke", "c", "bread")}{out}{items}{sets}{rules}</AssociationModel>')
    rows = ['water,coke,c,bread'] + [','.join(row) for row in itertools.product(('true', 'false'), 'TF', 'ab', 'TF')] + ['true,T,,', ',,a,T']
    return document(fields, model), '\n'.join(rows) + '\n'


CASES = {'general-linear': lambda: (document([field('t')] + FIELDS, general('generalLinear', 'regression', '', WEIGHTS)), ABC), 'general-contrasts': contrasts,
         'general-offset-trials': offset_and_trials, 'general-cox': lambda: cox(False), 'general-cox-strata': lambda: cox(True),
         'general-negbin': lambda: linked('negbin', 'distParameter="-1.7"'), 'neural-two-targets': two_targets}
for link in ('identity', 'log', 'logc', 'logit', 'probit', 'cloglog', 'loglog'):
    CASES[f'general-{link}'] = lambda v=link: linked(v)
for link, parameter in itertools.product(('power', 'oddspower'), (0, 2)):
    CASES[f'general-{link}-{parameter}'] = lambda v=link, p=parameter: linked(v, f'linkParameter="{p}"')
for link in ('logit', 'probit', 'cloglog'):
    CASES[f'general-binomial-{link}'] = lambda v=link: binomial(v)
for link in ('logit', 'probit', 'cloglog', 'loglog', 'cauchit'):
    CASES[f'general-ordinal-{link}'] = lambda v=link: ordinal(v)
for reference in 'pr':
    CASES[f'general-multinomial-{reference}'] = lambda v=reference: multinomial(v)
for activation in ('logistic', 'tanh', 'identity', 'exponential', 'reciprocal', 'square', 'Gauss', 'sine', 'cosine', 'Elliott', 'arctan', 'rectifier'):
    CASES[f'neural-{activation.lower()}'] = lambda v=activation: network(v)
CASES['neural-threshold'] = lambda: network('threshold', attributes='threshold="0.2"')
CASES['neural-radial'] = lambda: network('radialBasis', attributes='width="1.3" altitude="1.5"')
CASES['neural-denormalized'] = lambda: network('tanh', expression='<NormContinuous field="t"><LinearNorm orig="-40" norm="-9"/><LinearNorm orig="1" norm="0.1"/><LinearNorm orig="60" norm="9"/></NormContinuous>')
for normalization in ('none', 'softmax', 'simplemax'):
    CASES[f'neural-classes-{normalization}'] = lambda v=normalization: network('logistic', 'classification', v)
KERNELS = {'linear': '<LinearKernelType/>', 'polynomial': '<PolynomialKernelType gamma="0.5" coef0="1.5" degree="3"/>', 'radial': '<RadialBasisKernelType gamma="0.4"/>', 'sigmoid': '<SigmoidKernelType gamma="0.3" coef0="-0.2"/>'}
for name, kernel in KERNELS.items():
    CASES[f'vectors-{name}'] = lambda k=kernel: vector_machine(k)
CASES['vectors-repeated-predictor'] = repeated_predictor
PAIRS = [f'targetCategory="{a}" alternateTargetCategory="{b}"' for a, b in (('p', 'q'), ('p', 'r'), ('q', 'r'))]
CASES['vectors-one-against-one'] = lambda: vector_machine(KERNELS['radial'], 'classification', 'classificationMethod="OneAgainstOne"', PAIRS)
CASES['vectors-threshold'] = lambda: vector_machine(KERNELS['radial'], 'classification', 'classificationMethod="OneAgainstOne" threshold="0.1"', [PAIRS[0] + ' threshold="-0.3"'] + PAIRS[1:])
CASES['vectors-pair'] = lambda: vector_machine(KERNELS['radial'], 'classification', 'classificationMethod="OneAgainstOne" threshold="0.4"', PAIRS[:1])
CASES['vectors-one-against-all'] = lambda: vector_machine(KERNELS['linear'], 'classification', 'classificationMethod="OneAgainstAll"', [f'targetCategory="{c}"' for c in 'pqr'])
for threshold in ('0.001', '0.3'):
    CASES[f'bayes-{threshold}'] = lambda v=threshold: naive_bayes(v)
for name in MEASURES:
    CASES[f'clusters-{name}'] = lambda v=name: clusters(v)
CASES['clusters-weights'] = lambda: clusters('euclidean', 'fieldWeight="0.7"', weights='0.25 2')
CASES['clusters-gauss'] = lambda: clusters('cityBlock', 'compareFunction="gaussSim" similarityScale="1.3"')
CASES['clusters-delta'] = lambda: clusters('cityBlock', compare='compareFunction="delta"')
CASES['clusters-equal'] = lambda: clusters('euclidean', compare='compareFunction="equal"')
for method in ('average', 'weightedAverage', 'median'):
    CASES[f'neighbors-{method}'] = lambda v=method: neighbors('euclidean', 'regression', f'continuousScoringMethod="{v}" threshold="0.01"')
for method in ('majorityVote', 'weightedMajorityVote'):
    CASES[f'neighbors-{method}'] = lambda v=method: neighbors('cityBlock', 'classification', f'categoricalScoringMethod="{v}"', 4)
CASES['neighbors-text'] = lambda: neighbors('squaredEuclidean', 'classification', names='xyc', settings='fieldWeight="0.5"')
CASES['neighbors-flags'] = lambda: neighbors('jaccard', 'regression')
for algorithm in ('pointsAbove', 'pointsBelow'):
    CASES[f'scorecard-{algorithm}'] = lambda v=algorithm: scorecard(v)
CASES['scorecard-intervals'] = lambda: scorecard_of_intervals('<Attribute partialScore="0.5"><True/></Attribute>')
for function, method in (('regression', 'weightedSum'), ('regression', 'average'), ('classification', 'average'), ('classification', 'weightedAverage')):
    for treatment in ('returnMissing', 'continue'):
        CASES[f'trees-{function}-{method}-{treatment}'] = lambda f=function, m=method, v=treatment: forest_of_own_fields(f, m, v)
CASES['rules-intervals'] = lambda: rules_of_intervals('defaultScore="r" defaultConfidence="0"')
for criterion in ('firstHit', 'weightedSum', 'weightedMax'):
    CASES[f'rules-{criterion}'] = lambda v=criterion: rules(v)
for algorithm in ('recommendation', 'exclusiveRecommendation', 'ruleAssociation'):
    CASES[f'associations-{algorithm}'] = lambda v=algorithm: associations(v, 'confidence')
CASES['associations-lift'] = lambda: associations('recommendation', 'lift', 'ascending')

if __name__ == '__main__':
    make_pmml.FOLDER = pathlib.Path(__file__).parent / 'pmml_models'
    make_pmml.CASES = CASES
    make_pmml.main()
