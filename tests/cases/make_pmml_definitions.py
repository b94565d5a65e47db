#!/usr/bin/env python3
"""Adds to tests/cases/pmml_models the model elements that JPMML-Evaluator does not have, or not in this form. Their answers
are those of the specification's formulas, in numpy; Gaussian processes with kernels that scikit-learn has are compared with it.

make_pmml_definitions.py   in a venv with numpy and scikit-learn, after make_pmml_models.py
"""
import csv
import json
import math
import pathlib

import numpy as np

import make_pmml_models
from make_pmml import document, field, mining
from make_pmml_models import output, outputs

FOLDER = pathlib.Path(__file__).parent / 'pmml_models'
ROWS = np.array([[1, 4], [1.5, 5], [0, 0], [2, 6], [-1, 7.5]])
TRAIN, TARGETS = np.array([[1, 3], [2, 6], [0.5, 1], [3, 2]]), np.array([1, 2, 0.3, -1])


def table(columns, rows):
    return ','.join(columns) + '\n' + ''.join(','.join('' if math.isnan(cell) else repr(float(cell)) for cell in row) + '\n' for row in rows)


def gaussian_process(element, exponent, gamma=2.4890, noise=0.1051, lambdas=(1.5164, 5.93113), degree=1.3):
    """exponent(differences over lambda) is what the kernel raises e to, but for its sign."""
    def kernel(a, b):
        return gamma * np.exp(-exponent(np.abs(a[:, None, :] - b[None, :, :]) / np.array(lambdas), degree))

    mean = kernel(ROWS, TRAIN) @ np.linalg.solve(kernel(TRAIN, TRAIN) + noise * np.eye(len(TRAIN)), TARGETS)
    if element in ('RadialBasisKernel', 'ARDSquaredExponentialKernel'):
        from sklearn.gaussian_process import GaussianProcessRegressor
        from sklearn.gaussian_process.kernels import RBF, ConstantKernel
        process = GaussianProcessRegressor(ConstantKernel(gamma) * RBF(lambdas), alpha=noise, optimizer=None)
        assert np.allclose(process.fit(TRAIN, TARGETS).predict(ROWS), mean, rtol=1e-9)
    attributes = f'gamma="{gamma}" noiseVariance="{noise}"' + (f' degree="{degree}"' if element.startswith('Generalized') else '')
    if element == 'RadialBasisKernel':
        inside = f'<RadialBasisKernel {attributes} lambda="{lambdas[0]}"/>'
    else:
        inside = f'<{element} {attributes}><Lambda><Array n="2" type="real">{lambdas[0]} {lambdas[1]}</Array></Lambda></{element}>'
    rows = ''.join(f'<row><a>{a}</a><b>{b}</b><c>{t}</c></row>' for (a, b), t in zip(TRAIN, TARGETS))
    fields = ''.join(f'<InstanceField field="{name}" column="{column}"/>' for name, column in (('x', 'a'), ('y', 'b'), ('t', 'c')))
    inside += f'<TrainingInstances recordCount="4" fieldCount="3"><InstanceFields>{fields}</InstanceFields><InlineTable>{rows}</InlineTable></TrainingInstances>'
    model = f'<GaussianProcessModel functionName="regression">{mining("x", "y", target="t")}{outputs(output("mean", "predictedValue"))}{inside}</GaussianProcessModel>'
    text = document([field('x'), field('y'), field('t')], model)
    cells = np.vstack([ROWS, [math.nan, 1]])
    return text, table(['x', 'y'], cells), table(['t', 'mean'], [[m, m] for m in mean] + [[math.nan, math.nan]])


def isolation_forest():
    """Two trees of depths; the score is 2^(-mean / c(n))."""
    def tree(limit, left, right):
        node = lambda score, predicate, inside='': f'<Node score="{score}">{predicate}{inside}</Node>'
        inside = node(left, f'<SimplePredicate field="x" operator="lessOrEqual" value="{limit}"/>') + node(right, f'<SimplePredicate field="x" operator="greaterThan" value="{limit}"/>')
        return f'<TreeModel functionName="regression" splitCharacteristic="multiSplit">{mining("x")}{node(0, "<True/>", inside)}</TreeModel>'

    trees = [(0.5, 2.5, 7), (2, 4, 1)]
    segments = ''.join(f'<Segment><True/>{tree(*t)}</Segment>' for t in trees)
    inner = f'<MiningModel functionName="regression">{mining("x")}<Segmentation multipleModelMethod="average">{segments}</Segmentation></MiningModel>'
    out = outputs(output('score', 'predictedValue'), '<OutputField name="anomaly" optype="categorical" dataType="boolean" feature="decision"><Apply function="greaterThan"><FieldRef field="score"/><Constant>0.6</Constant></Apply></OutputField>')
    model = f'<AnomalyDetectionModel functionName="regression" algorithmType="iforest" sampleDataSize="256">{mining("x")}{out}{inner}</AnomalyDetectionModel>'
    n = 256
    expected = 2 * (math.log(n - 1) + 0.57721566) - 2 * (n - 1) / n
    rows, answers = [0, 1, 3], 'score,anomaly\n'
    for x in rows:
        score = 2 ** float(-np.mean([left if x <= limit else right for limit, left, right in trees]) / expected)
        answers += f'{score!r},{bool(score > 0.6)}\n'
    return document([field('x')], model), table(['x'], [[x] for x in rows]), answers


def cluster_distances():
    centres, means = np.array([[0, 0], [3, 4]]), [0.5, 2]
    clusters = ''.join(f'<Cluster id="{i + 1}"><Array n="2" type="real">{a} {b}</Array></Cluster>' for i, (a, b) in enumerate(centres))
    fields = ''.join(f'<ClusteringField field="{name}" compareFunction="absDiff"/>' for name in 'xy')
    inner = f'<ClusteringModel functionName="clustering" modelClass="centerBased" numberOfClusters="2">{mining("x", "y")}<ComparisonMeasure kind="distance"><euclidean/></ComparisonMeasure>{fields}{clusters}</ClusteringModel>'
    model = f'<AnomalyDetectionModel functionName="regression" algorithmType="clusterMeanDist">{mining("x", "y")}{outputs(output("score", "predictedValue"))}{inner}<MeanClusterDistances><Array n="2" type="real">{means[0]} {means[1]}</Array></MeanClusterDistances></AnomalyDetectionModel>'
    distances = np.linalg.norm(ROWS[:, None] - centres[None], axis=2)
    nearest = distances.argmin(axis=1)
    answers = [[distances[i, k] / means[k]] for i, k in enumerate(nearest)]
    return document([field('x'), field('y')], model), table(['x', 'y'], ROWS), table(['score'], answers)


def z_value():
    model = f'<BaselineModel functionName="regression">{mining("x", target="t")}{outputs(output("z", "predictedValue"))}<TestDistributions field="x" testStatistic="zValue"><Baseline><GaussianDistribution mean="550.2" variance="48.2"/></Baseline></TestDistributions></BaselineModel>'
    rows = [550.2, 540, 600.5]
    return document([field('x'), field('t')], model), table(['x'], [[x] for x in rows]), table(['t', 'z'], [[(x - 550.2) / math.sqrt(48.2)] * 2 for x in rows])


def list_of_items():
    """The items of associations-exclusiveRecommendation as a list: the answers are the same."""
    text, rows = make_pmml_models.associations('exclusiveRecommendation', 'confidence')
    for name in ('water', 'coke', 'c', 'bread'):
        text = text.replace(f'<MiningField name="{name}"/>', '')
    text = text.replace('<MiningSchema>', '<MiningSchema><MiningField name="receipt" usageType="group"/><MiningField name="item"/>')
    text = text.replace('<DataDictionary>', '<DataDictionary>' + field('receipt', 'string') + field('item', 'string'))
    transactions = []
    for line in rows.splitlines()[1:]:
        water, coke, c, bread = line.split(',')
        transactions.append([item for item, there in (('water', water == 'true'), ('coke', coke == 'T'), ('c=a', c == 'a'), ('bread', bread == 'T'), ('sand', True)) if there])
    cells = 'receipt,item\n' + ''.join(f'{i},"{json.dumps(items)}"\n'.replace('["', '[""').replace('", "', '"", ""').replace('"]', '""]') for i, items in enumerate(transactions))
    return text, cells, (FOLDER / 'associations-exclusiveRecommendation' / 'expected.csv').read_text()


def several_leaves(strategy):
    """A row that may reach several leaves for what it lacks: by the definition of the strategy, a node after the other."""
    classes = ('stay', 'walk', 'run')
    # A node: id, field, operator, value, records of each class, children. The parent's records are those of its children.
    tree = ('r', None, None, None, (57, 33, 10), [
        ('a', 'w', 'equal', 'sun', (40, 2, 8), [
            ('aa', 'x', 'greaterOrEqual', 50, (36, 2, 2), []), ('ab', 'x', 'lessThan', 50, (4, 0, 6), [])]),
        ('b', 'w', 'equal', 'fog', (5, 20, 1), []),
        ('c', 'y', 'lessThan', 3, (12, 11, 1), [('ca', 'x', 'lessThan', 20, (1, 9, 0), []), ('cb', 'x', 'greaterOrEqual', 20, (11, 2, 1), [])])])

    def xml(node):
        name, by, operator, value, records, children = node
        test = f'<SimplePredicate field="{by}" operator="{operator}" value="{value}"/>' if by else '<True/>'
        said = ''.join(f'<ScoreDistribution value="{c}" recordCount="{n}"/>' for c, n in zip(classes, records))
        best = classes[int(np.argmax(records))]
        return f'<Node id="{name}" score="{best}" recordCount="{sum(records)}">{test}{said}{"".join(map(xml, children))}</Node>'

    def test(node, row):
        _, by, operator, value, _, _ = node
        if by is None:
            return True
        if row[by] is None:
            return None
        if operator == 'equal':
            return row[by] == value
        return row[by] < value if operator == 'lessThan' else row[by] >= value

    def weigh(node, row):
        """The confidences of a node, or nothing."""
        _, _, _, _, records, children = node
        if not children:
            return np.array(records) / sum(records)
        truths = [test(child, row) for child in children]
        first = next((truth for truth in truths if truth is not False), False)
        if first is False:
            return None
        if first:
            return weigh(children[truths.index(True)], row)
        total = np.zeros(3)
        for child, truth in zip(children, truths):
            inner = weigh(child, row) if truth is not False else None
            if inner is not None:
                total += inner * sum(child[4]) / sum(records)
        return total

    def gather(node, row):
        _, _, _, _, records, children = node
        if not children:
            return [np.array(records)]
        leaves = []
        for child in children:
            truth = test(child, row)
            if truth is not False:
                leaves += gather(child, row)
            if truth:
                break
        return leaves

    rows = [{'w': w, 'x': x, 'y': y} for w in ('sun', 'fog', 'rain', None) for x in (60.0, 30.0, 10.0, None) for y in (1.0, 5.0, None) if (w, x, y) != (None, None, None)]
    cells, answers = 'w,x,y\n', 't,' + ','.join(f'{kind}_{c}' for kind in ('c', 'p') for c in classes) + '\n'
    for row in rows:
        cells += ','.join('' if row[k] is None else str(row[k]) for k in 'wxy') + '\n'
        if strategy == 'weightedConfidence':
            sure = weigh(tree, row)
        else:
            leaves = gather(tree, row)
            sure = sum(leaves) / sum(sum(leaves)) if leaves else None
        if sure is None or not sum(sure):
            answers += ',' * 6 + '\n'
            continue
        answers += classes[int(np.argmax(sure))] + ''.join(f',{float(n)!r}' for n in [*sure, *(sure / sum(sure))]) + '\n'
    out = outputs(*(output(f'{kind}_{c}', feature, value=c) for kind, feature in (('c', 'confidence'), ('p', 'probability')) for c in classes))
    values = ''.join(f'<Value value="{c}"/>' for c in classes)
    model = f'<TreeModel functionName="classification" missingValueStrategy="{strategy}">{mining("w", "x", "y", target="t")}{out}{xml(tree)}</TreeModel>'
    return document([field('w', 'string'), field('x'), field('y'), field('t', 'string', inner=values)], model), cells, answers


def no_case_holds(element):
    """Where no attribute of a characteristic holds there is no score, and without a defaultScore no class where no rule fires: JPMML-Evaluator
    raises an error, or asks for a default."""
    below, within = '<SimplePredicate field="x" operator="lessThan" value="0"/>', make_pmml_models.between('x', 1.5, 'greaterOrEqual', 2, 'lessThan')
    if element == 'Scorecard':
        attributes = f'<Attribute partialScore="3">{below}</Attribute><Attribute partialScore="5">{within}</Attribute>'
        inside, target, scores = f'<Characteristics><Characteristic name="of_x">{attributes}</Characteristic></Characteristics>', field('t'), ['4.0', '6.0']
        head, out = 'Scorecard functionName="regression" initialScore="1" useReasonCodes="false"', output('again', 'predictedValue')
    else:
        inside = f'<RuleSet><RuleSelectionMethod criterion="firstHit"/><SimpleRule score="p">{below}</SimpleRule><SimpleRule score="q">{within}</SimpleRule></RuleSet>'
        target, scores, head, out = make_pmml_models.TWO, ['p', 'q'], 'RuleSetModel functionName="classification"', output('again', 'predictedValue', 'string')
    model = f'<{head}>{mining("x", target="t")}{outputs(out)}{inside}</{element}>'
    rows = [(-1, 0), (-0.0, None), (0, None), (1.25, None), (1.5, 1), (1.75, 1), (2, None), (math.nan, None)]
    answers = ''.join(f'{a},{a}\n' for a in ('' if case is None else scores[case] for _, case in rows))
    return document([field('x'), target], model), table(['x', 'y'], [[x, 0] for x, _ in rows]), 't,again\n' + answers


def pair_of_model():
    """The machine of vectors-pair, whose alternative the model names: the answers are the same."""
    text, rows = make_pmml_models.vector_machine(make_pmml_models.KERNELS['radial'], 'classification', 'alternateBinaryTargetCategory="q" threshold="0.4"', ['targetCategory="p"'])
    return text, rows, (FOLDER / 'vectors-pair' / 'expected.csv').read_text()


def zero_weights():
    """general-multinomial-r whose reference category is not named, but has a weight of 0: the answers are the same."""
    text, rows = make_pmml_models.multinomial('r')
    text = text.replace(' targetReferenceCategory="r"', '').replace('</ParamMatrix>', '<PCell targetCategory="r" parameterName="p0" beta="0"/></ParamMatrix>')
    return text, rows, (FOLDER / 'general-multinomial-r' / 'expected.csv').read_text()


def mean_of_integers():
    """A whole number is replaced by the mean of whole numbers: JPMML-Evaluator raises an error."""
    schema = mining('<MiningField name="n" missingValueReplacement="1.5" missingValueTreatment="asMean"/>', target='t')
    model = f'<RegressionModel functionName="regression">{schema}<RegressionTable intercept="1"><NumericPredictor name="n" coefficient="2"/></RegressionTable></RegressionModel>'
    return document([field('n', 'integer'), field('t')], model), 'n,m\n1,0\n,0\n-3,0\n', 't\n3\n4\n-5\n'


CASES = {
    'vectors-pair-of-model': pair_of_model,
    'general-multinomial-zeros': zero_weights,
    'replacement-mean': mean_of_integers,
    'tree-weightedConfidence': lambda: several_leaves('weightedConfidence'),
    'tree-aggregateNodes': lambda: several_leaves('aggregateNodes'),
    'gaussian-radial': lambda: gaussian_process('RadialBasisKernel', lambda d, _: (d ** 2).sum(axis=-1) / 2, lambdas=(1.5164, 1.5164)),
    'gaussian-squared': lambda: gaussian_process('ARDSquaredExponentialKernel', lambda d, _: (d ** 2).sum(axis=-1) / 2),
    'gaussian-absolute': lambda: gaussian_process('AbsoluteExponentialKernel', lambda d, _: d.sum(axis=-1)),
    'gaussian-generalized': lambda: gaussian_process('GeneralizedExponentialKernel', lambda d, degree: (d ** degree).sum(axis=-1)),
    'anomaly-forest': isolation_forest,
    'anomaly-clusters': cluster_distances,
    'baseline-z': z_value,
    'associations-list': list_of_items,
    'scorecard-no-case': lambda: no_case_holds('Scorecard'),
    'rules-no-case': lambda: no_case_holds('RuleSetModel'),
}


def main():
    with open(FOLDER / 'cases.csv', newline='') as file:
        lines = [line for line in csv.reader(file) if line[0] not in CASES]
    for name, make in CASES.items():
        folder = FOLDER / name
        folder.mkdir(exist_ok=True)
        for file, text in zip(('model.pmml', 'input.csv', 'expected.csv'), make()):
            (folder / file).write_text(text)
        lines.append([name, 'definition', 'model.pmml', 'expected.csv', 1e-9, 1e-12])
    with open(FOLDER / 'cases.csv', 'w', newline='') as file:
        csv.writer(file, lineterminator='\n').writerows(lines)


if __name__ == '__main__':
    main()
