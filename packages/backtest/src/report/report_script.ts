/**
 * The report's script: tables that sort, and plots that tell values and enlarge. Without it, all
 * figures are still there. Plain text, since compilers of different runtimes write code differently
 * and the report must not.
 */
export const REPORT_SCRIPT = `"use strict";
for (const table of document.querySelectorAll("table.sortable")) {
  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, column) => head.firstElementChild?.addEventListener("click", () => {
    const down = head.getAttribute("aria-sort") !== "descending";
    for (const other of heads) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
    const body = table.tBodies[0];
    const keyed = [...body.rows].map((row) => [keyOf(row.cells[column].textContent), row]);
    keyed.sort(([a], [b]) => (down ? -1 : 1) * (typeof a === typeof b ? (a < b ? -1 : a > b ? 1 : 0) : typeof a === "number" ? -1 : 1));
    body.append(...keyed.map(([, row]) => row));
  }));
}
function keyOf(text) {
  const number = /^[<>]?[ +−-]*\\$?[0-9][0-9,]*(\\.[0-9]+)?( %)?$/.test(text);
  return number ? Number(text.replace("−", "-").replace(/[^0-9.-]/g, "")) : text;
}
const STEPS = [1, 5, 15, 60, 300, 900, 3600, 10800, 21600, 43200, 86400].map((s) => s * 1e6);
const iso = (micros) => new Date(micros / 1000).toISOString();
for (const plot of document.querySelectorAll(".plot")) {
  const svg = plot.querySelector("svg"), tip = plot.querySelector(".tip"), cross = plot.querySelector(".cross");
  const { width, height } = svg.viewBox.baseVal;
  const [from, to, low, high, unit] = ["from", "to", "low", "high", "unit"].map((name) => Number(plot.dataset[name]));
  let left = 0, right = width, dragged, layers;
  const timeAt = (x) => from + x / width * (to - from);
  const valueAt = (y) => (high - y / height * (high - low)) / unit;
  const fixed = (value) => (value < 0 ? "−$" : "$") + Math.abs(value).toFixed(3).replace(/0$/, "");
  const read = () => layers ??= [...svg.querySelectorAll("path[data-name]")].filter((path) => path.dataset.name)
    .map((path) => ({ name: path.dataset.name, trades: path.dataset.trades?.split(","), points: pointsOf(path) }));
  const place = (event) => {
    const box = plot.getBoundingClientRect();
    return Math.min(1, Math.max(0, (event.clientX - box.left) / box.width));
  };
  const show = (share) => {
    const x = left + share * (right - left), reach = (right - left) / 60;
    const lines = [];
    for (const { name, trades, points } of read()) {
      const at = nearest(points, x);
      if (at < 0 || (trades && Math.abs(points[at][0] - x) > reach)) continue;
      lines.push((trades ? "trade " + trades[at] + " " : "") + name + " " + fixed(valueAt(points[at][1])));
    }
    tip.textContent = [iso(timeAt(x)).slice(0, 19).replace("T", " "), ...lines].join("\\n");
    tip.style.visibility = cross.style.visibility = "visible";
    cross.style.left = share * 100 + "%";
    tip.style.left = share < .5 ? "calc(" + share * 100 + "% + 10px)" : "auto";
    tip.style.right = share < .5 ? "auto" : "calc(" + (1 - share) * 100 + "% + 10px)";
  };
  const hide = () => tip.style.visibility = cross.style.visibility = "hidden";
  const zoom = (a, b) => {
    const wide = Math.min(width, Math.max(width / 400, b - a));
    left = Math.min(width - wide, Math.max(0, a));
    right = left + wide;
    svg.setAttribute("viewBox", [left, 0, wide, height].join(" "));
    for (const tick of plot.querySelectorAll(".tick.x")) tick.remove();
    const start = timeAt(left), end = timeAt(right);
    const step = STEPS.find((each) => (end - start) / each <= 5) ?? 864e8 * Math.ceil((end - start) / 864e8 / 5);
    for (let at = Math.ceil(start / step) * step; at <= end; at += step) {
      const text = iso(at), tick = document.createElement("span");
      tick.className = "tick x";
      tick.style.left = (at - start) / (end - start) * 100 + "%";
      tick.textContent = step >= 864e8 || at % 864e8 === 0 ? text.slice(5, 10) : text.slice(11, step < 6e7 ? 19 : 16);
      plot.append(tick);
    }
  };
  plot.addEventListener("pointerdown", (event) => { dragged = place(event); if (event.pointerType === "mouse") plot.setPointerCapture(event.pointerId); });
  plot.addEventListener("pointermove", (event) => {
    const here = place(event);
    show(here);
    const wide = event.pointerType === "mouse" && dragged !== undefined ? here - dragged : 0;
    cross.style.left = Math.min(here, here - wide) * 100 + "%";
    cross.style.width = wide === 0 ? "1px" : Math.abs(wide) * 100 + "%";
    cross.classList.toggle("range", wide !== 0);
  });
  plot.addEventListener("pointerup", (event) => {
    const here = place(event), there = dragged ?? here;
    dragged = undefined;
    cross.style.width = "1px";
    cross.classList.remove("range");
    if (event.pointerType !== "mouse" || Math.abs(here - there) < .01) return;
    const at = (share) => left + share * (right - left);
    zoom(at(Math.min(here, there)), at(Math.max(here, there)));
  });
  plot.addEventListener("pointerleave", () => { dragged = undefined; hide(); });
  plot.addEventListener("blur", hide);
  plot.addEventListener("dblclick", () => zoom(0, width));
  plot.addEventListener("keydown", (event) => {
    const wide = right - left;
    if (event.key === "ArrowLeft") zoom(left - wide / 4, right - wide / 4);
    else if (event.key === "ArrowRight") zoom(left + wide / 4, right + wide / 4);
    else if (event.key === "+") zoom(left + wide / 4, right - wide / 4);
    else if (event.key === "-") zoom(left - wide / 2, right + wide / 2);
    else if (event.key === "Escape" || event.key === "0") zoom(0, width);
    else return;
    event.preventDefault();
    show(.5);
  });
}
function pointsOf(path) {
  const points = [], numbers = /([MmlhVHz])|-?\\d+/g;
  let x = 0, y = 0, letter = "", first;
  for (const [text, name] of path.getAttribute("d").matchAll(numbers)) {
    if (name) { letter = name; first = undefined; continue; }
    if (letter === "V" || letter === "H") break;
    if (letter === "h") { x += Number(text); continue; }
    if (first === undefined) { first = Number(text); continue; }
    x = letter === "M" ? first : x + first;
    y = letter === "M" ? Number(text) : y + Number(text);
    first = undefined;
    points.push([x, y]);
  }
  return points;
}
function nearest(points, x) {
  let best = -1;
  for (let at = 0; at < points.length; at++) {
    if (best < 0 || Math.abs(points[at][0] - x) < Math.abs(points[best][0] - x)) best = at;
  }
  return best;
}
`;
