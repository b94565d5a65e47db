// Charts in SVG, drawn anew for the width that they have. What they show can be walked through with the arrow keys, and is told as a
// table, too.
import { h, replace, svg, table } from "./document.js";
import { clock, day, number, percent } from "./words.js";

function linear([from, to], [start, end]) {
  const factor = to === from ? 0 : (end - start) / (to - from);
  return (value) => start + (value - from) * factor;
}

// Round numbers within the domain, about so many.
function ticks(from, to, wanted) {
  const rough = (to - from) / Math.max(wanted, 1);
  if (!(rough > 0)) return [from];
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].find((each) => each * power >= rough) * power;
  const found = [];
  for (let i = Math.ceil(from / step - 1e-9); i * step <= to + step * 1e-9; ++i) found.push(Number((i * step).toPrecision(12)));
  return found;
}

const SECONDS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400, 172800, 604800, 1209600, 2592000, 7776000];
// Of times in milliseconds, at full hours and the like of the reader's time zone.
function timeTicks(from, to, wanted) {
  const step = (SECONDS.find((each) => each * 1000 * wanted >= to - from) ?? 31536000) * 1000;
  const zone = new Date(from).getTimezoneOffset() * 60000;
  const found = [];
  for (let at = Math.ceil((from - zone) / step) * step + zone; at <= to; at += step) found.push(at);
  return { found, text: (at) => (step >= 86400000 ? day(new Date(at)) : clock(new Date(at), step < 60000)) };
}

// A box that draws itself when its width changes.
function responsive(draw) {
  const box = h("div", { class: "canvas" });
  let drawn = 0;
  new ResizeObserver(() => {
    const width = Math.floor(box.clientWidth);
    if (width === drawn || width === 0) return;
    drawn = width;
    replace(box, draw(width));
  }).observe(box);
  return box;
}

const line = (points) => points.map(([x, y], index) => `${index === 0 ? "M" : "L"}${x.toFixed(1)} ${y.toFixed(1)}`).join("");

// The runs of points that have no break between them.
function split(points, breaks) {
  const runs = [];
  for (const point of points) {
    const before = runs.at(-1)?.at(-1);
    if (before === undefined || breaks.some((each) => before.x < each && each <= point.x)) runs.push([point]);
    else runs.at(-1).push(point);
  }
  return runs;
}

function extent(values) {
  const known = values.filter((value) => Number.isFinite(value));
  return known.length === 0 ? [0, 1] : [Math.min(...known), Math.max(...known)];
}

// Which row each label stands in, so that none lies over another; -1: there is no room.
function rowsOf(labels, rowCount) {
  const ends = Array(rowCount).fill(-Infinity);
  return labels.map(({ at, width }) => {
    const row = ends.findIndex((end) => end + 6 < at);
    if (row !== -1) ends[row] = at + width;
    return row;
  });
}

/**
 * Lines over time or over a count.
 *   label            what it shows
 *   series           [{name, style, dashed, points: [{x, y, low, high}]}]; x of times in milliseconds
 *   marks            [{x, text}], vertical
 *   levels           [{y, text}], horizontal
 *   breaks           [x]: lines are not drawn over these
 *   isTime, yText, xText, xTick, yTicks, yRange
 */
export function lineChart({ label, series, marks = [], levels = [], breaks = [], isTime = true, yText = (y) => number(y), xText, xTick, yTicks, yRange, height = 260 }) {
  const said = xText ?? (isTime ? (x) => { const date = new Date(x); return `${day(date)}, ${clock(date)}`; } : (x) => number(x));
  const all = series.flatMap((one) => one.points);
  const xs = [...new Set(all.map((point) => point.x))].sort((a, b) => a - b);
  const readout = h("output", { class: "readout" }, "Point at the chart, or use the arrow keys.");
  let cursor = null, place = null, at = -1;

  const read = (index) => {
    at = Math.max(0, Math.min(index, xs.length - 1));
    const parts = series.flatMap((one) => {
      const near = one.points.find((point) => point.x === xs[at]);
      if (!near) return [];
      const around = Number.isFinite(near.low) && Number.isFinite(near.high) ? ` (${yText(near.low)} to ${yText(near.high)})` : "";
      return [h("span", null, h("i", { class: `swatch ${one.style}` }), `${one.name} ${yText(near.y)}${around}`)];
    });
    replace(readout, h("b", null, said(xs[at])), parts);
    cursor?.setAttribute("transform", `translate(${place(xs[at]).toFixed(1)} 0)`);
    cursor?.removeAttribute("visibility");
  };

  const draw = (width) => {
    let [xFrom, xTo] = extent([...xs, ...marks.map((mark) => mark.x)]);
    if (xFrom === xTo) [xFrom, xTo] = [xFrom - 1, xTo + 1];
    let [yFrom, yTo] = yRange ?? extent([...all.flatMap((point) => [point.y, point.low, point.high]), ...levels.map((level) => level.y)]);
    if (!yRange) {
      const air = (yTo - yFrom) * 0.06 || Math.abs(yTo) * 0.1 || 0.1;
      [yFrom, yTo] = [yFrom >= 0 ? Math.max(0, yFrom - air) : yFrom - air, yTo + air];
    }
    const labels = marks.map((mark) => ({ ...mark, width: mark.text.length * 6.6 + 10 }));
    const marginTop = labels.length === 0 ? 12 : 46;
    const left = 54, right = width - 16, bottom = height - 28;
    const x = linear([xFrom, xTo], [left, right]), y = linear([yFrom, yTo], [bottom, marginTop]);
    place = x;
    const placed = labels.map((mark) => ({ ...mark, at: Math.min(x(mark.x), right - mark.width) }));
    const rows = rowsOf(placed, 2);
    const vertical = yTicks ?? { values: ticks(yFrom, yTo, 4), text: yText };
    const horizontal = isTime ? timeTicks(xFrom, xTo, Math.max(2, Math.floor(width / 110))) : { found: ticks(xFrom, xTo, Math.max(2, Math.floor(width / 110))), text: xTick ?? said };
    cursor = svg("g", { class: "cursor", visibility: "hidden" }, svg("line", { x1: 0, x2: 0, y1: marginTop, y2: bottom }));
    const picture = svg("svg", { width, height, viewBox: `0 0 ${width} ${height}`, "aria-hidden": "true" },
      vertical.values.filter((value) => value >= yFrom && value <= yTo).map((value) => [
        svg("line", { class: "grid", x1: left, x2: right, y1: y(value), y2: y(value) }),
        svg("text", { class: "tick", x: left - 8, y: y(value) + 4, "text-anchor": "end" }, vertical.text(value))]),
      horizontal.found.map((value) => svg("text", { class: "tick", x: x(value), y: height - 8, "text-anchor": x(value) > right - 20 ? "end" : "middle" }, horizontal.text(value))),
      levels.map((level) => [
        svg("line", { class: "level", x1: left, x2: right, y1: y(level.y), y2: y(level.y) }),
        svg("text", { class: "tick", x: right - 4, y: y(level.y) - 5, "text-anchor": "end" }, level.text)]),
      placed.map((mark, index) => [
        svg("line", { class: "mark", x1: x(mark.x), x2: x(mark.x), y1: rows[index] === -1 ? marginTop : 18 + rows[index] * 18, y2: bottom }),
        rows[index] !== -1 && svg("g", null,
          svg("rect", { class: "mark-back", x: mark.at, y: 2 + rows[index] * 18, width: mark.width, height: 16, rx: 3 }),
          svg("text", { class: "mark-text", x: mark.at + 5, y: 14 + rows[index] * 18 }, mark.text))]),
      series.map((one) => [
        split(one.points, breaks).map((points) => [
          points.length > 1 && points.every((point) => Number.isFinite(point.low) && Number.isFinite(point.high)) &&
            svg("path", { class: `band ${one.style}`, d: `${line(points.map((point) => [x(point.x), y(Math.min(point.high, yTo))]))}${line([...points].reverse().map((point) => [x(point.x), y(Math.max(point.low, yFrom))])).replace("M", "L")}Z` }),
          svg("path", { class: `line ${one.style}${one.dashed ? " dashed" : ""}`, d: line(points.map((point) => [x(point.x), y(point.y)])) })]),
        one.points.length <= 80 && one.points.map((point) => svg("circle", { class: `dot ${one.style}`, cx: x(point.x).toFixed(1), cy: y(point.y).toFixed(1), r: 2 }))]),
      cursor);
    const nearest = (event) => {
      const wanted = event.clientX - picture.getBoundingClientRect().left;
      let best = 0;
      xs.forEach((value, index) => { if (Math.abs(x(value) - wanted) < Math.abs(x(xs[best]) - wanted)) best = index; });
      read(best);
    };
    picture.addEventListener("pointermove", nearest);
    picture.addEventListener("pointerdown", nearest);
    if (at !== -1) read(at);
    return picture;
  };

  const onkeydown = (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1, Home: -Infinity, End: Infinity }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    read(at === -1 && Number.isFinite(step) ? (step > 0 ? 0 : xs.length - 1) : at + step);
  };
  const rows = series.flatMap((one) => one.points.map((point) => ({ name: one.name, ...point })));
  return h("figure", { class: "chart", "data-chart": label },
    series.length > 1 && h("div", { class: "legend", "aria-hidden": "true" }, series.map((one) => h("span", null, h("i", { class: `swatch ${one.style}${one.dashed ? " dashed" : ""}` }), one.name))),
    h("div", { class: "walk", tabindex: "0", role: "group", "aria-label": `Chart: ${label}. Walk through it with the arrow keys.`, onkeydown }, responsive(draw)),
    readout,
    h("details", { class: "numbers" }, h("summary", null, "As a table"),
      table(label, [
        { title: isTime ? "Time" : "At", cell: (row) => said(row.x) }, { title: "Line", cell: (row) => row.name },
        { title: "Value", number: true, cell: (row) => yText(row.y) },
        { title: "From", number: true, cell: (row) => (Number.isFinite(row.low) ? yText(row.low) : "") },
        { title: "To", number: true, cell: (row) => (Number.isFinite(row.high) ? yText(row.high) : "") }], rows)));
}

// Shares in bins of numbers, or of values: as they were, and as they are.
export function distributionChart(name, shares, isNumber) {
  const picture = shares.edges ? bins(shares) : isNumber && shares.values.length > 6 ? columns(shares) : values(shares);
  const label = `${name}: shares in the reference and now`;
  const names = shares.edges ? shares.reference.map((_, index) => `${number(shares.edges[index], 3)} to ${number(shares.edges[index + 1], 3)}`) : shares.values;
  const rows = names.map((each, index) => ({ name: each, reference: shares.reference[index], current: shares.current[index] }));
  return h("figure", { class: "chart", "data-chart": name }, h("div", { role: "img", "aria-label": label }, picture),
    h("details", { class: "numbers" }, h("summary", null, "As a table"),
      table(label, [{ title: shares.edges ? "From, to" : "Value", cell: (row) => row.name }, { title: "Reference", number: true, cell: (row) => percent(row.reference) },
        { title: "Now", number: true, cell: (row) => percent(row.current) }], rows)));
}

function bins({ edges, reference, current }) {
  const height = 128, bottom = height - 20;
  return responsive((width) => {
    const top = Math.max(...reference, ...current) || 1;
    const x = linear([edges[0], edges.at(-1)], [2, width - 2]), y = linear([0, top], [bottom, 16]);
    const steps = (of) => of.flatMap((share, index) => [[x(edges[index]), y(share)], [x(edges[index + 1]), y(share)]]);
    const outline = (of) => line([[x(edges[0]), bottom], ...steps(of), [x(edges.at(-1)), bottom]]);
    const middle = edges[Math.floor(edges.length / 2)];
    const tick = (value, anchor) => svg("text", { class: "tick", x: x(value), y: height - 5, "text-anchor": anchor }, number(value, 3));
    return svg("svg", { width, height, viewBox: `0 0 ${width} ${height}` },
      svg("path", { class: "then", d: outline(reference) }), svg("path", { class: "now", d: outline(current) }),
      svg("line", { class: "base", x1: 0, x2: width, y1: bottom, y2: bottom }),
      svg("text", { class: "tick", x: 2, y: 11 }, percent(top)),
      tick(edges[0], "start"), width > 200 && tick(middle, "middle"), tick(edges.at(-1), "end"));
  });
}

// A few numbers, side by side.
function columns({ values: names, reference, current }) {
  const height = 128, bottom = height - 20;
  return responsive((width) => {
    const top = Math.max(...reference, ...current) || 1, step = width / names.length, bar = Math.max(1, step * 0.36);
    const y = linear([0, top], [bottom, 16]), every = Math.ceil(30 / step);
    return svg("svg", { width, height, viewBox: `0 0 ${width} ${height}` },
      names.map((name, index) => [
        svg("rect", { class: "then", x: (index + 0.5) * step - bar, y: y(reference[index]), width: bar, height: bottom - y(reference[index]) }),
        svg("rect", { class: "now", x: (index + 0.5) * step, y: y(current[index]), width: bar, height: bottom - y(current[index]) }),
        index % every === 0 && svg("text", { class: "tick", x: (index + 0.5) * step, y: height - 5, "text-anchor": "middle" }, name)]),
      svg("line", { class: "base", x1: 0, x2: width, y1: bottom, y2: bottom }), svg("text", { class: "tick", x: 2, y: 11 }, percent(top)));
  });
}

function values({ values: names, reference, current }) {
  const rest = (of) => Math.max(0, 1 - of.reduce((sum, share) => sum + share, 0));
  const rows = names.map((name, index) => [name, reference[index], current[index]]);
  if (rest(reference) > 0.0005 || rest(current) > 0.0005) rows.push(["others", rest(reference), rest(current)]);
  const top = Math.max(...rows.flatMap(([, then, now]) => [then, now])) || 1;
  const rowHeight = 26, height = rows.length * rowHeight + 2;
  return responsive((width) => {
    const labels = Math.min(110, width * 0.3), letters = Math.floor(labels / 7), x = linear([0, top], [0, width - labels - 60]);
    return svg("svg", { width, height, viewBox: `0 0 ${width} ${height}` }, rows.map(([name, then, now], index) => {
      const y = index * rowHeight;
      return svg("g", null,
        svg("text", { class: "tick strong", x: labels - 8, y: y + 17, "text-anchor": "end" }, svg("title", null, name), name.length > letters ? `${name.slice(0, letters - 1)}\u2026` : name),
        svg("rect", { class: "then", x: labels, y: y + 4, width: Math.max(x(then), 0.5), height: 8 }),
        svg("rect", { class: "now", x: labels, y: y + 13, width: Math.max(x(now), 0.5), height: 8 }),
        svg("text", { class: "tick", x: labels + Math.max(x(then), x(now)) + 6, y: y + 17 }, percent(now)));
    }));
  });
}

export const distributionLegend = () =>
  h("div", { class: "legend" }, h("span", null, h("i", { class: "swatch then" }), "reference"), h("span", null, h("i", { class: "swatch now" }), "now"));
