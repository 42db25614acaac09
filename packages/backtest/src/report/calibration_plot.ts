import { contractsText, grouped } from "./report_text.ts";
import type { Calibration } from "./calibration.ts";

const SIZE = 300;

/**
 * Prices paid to the right, what the bought side then paid upwards, a dot for each tenth of a dollar,
 * its area by the number of entries. On the diagonal, prices were right on average.
 */
export function calibrationHtml(calibration: Calibration): string {
  const { bins, entries, withoutResult, brier, brierByContracts } = calibration;
  const left = withoutResult === 0
    ? ""
    : `; ${entriesText(withoutResult)} without a result left out`;
  if (brier === undefined) {
    return `<p class="dim">No market that was traded has a result${left}.</p>`;
  }
  const most = Math.max(...bins.map((bin) => bin.entries));
  const dots = bins.map((bin) => {
    const radius = 4 + 14 * Math.sqrt(bin.entries / most);
    return `<circle cx="${at(bin.meanPrice)}" cy="${at(1 - bin.meanOutcome)}" r="${
      radius.toFixed(1)
    }"><title>${bin.from} to ${bin.to}: ${entriesText(bin.entries)}</title></circle>`;
  }).join("");
  const rows = bins.map((bin) =>
    `<tr><td class="l">$${bin.from.toFixed(2)} to $${bin.to.toFixed(2)}<td>${
      grouped(bin.entries)
    }<td>${contractsText(bin.contracts)}<td>${bin.meanPrice.toFixed(3)}<td>${
      bin.meanOutcome.toFixed(3)
    }<td>${signed(bin.meanOutcome - bin.meanPrice)}`
  ).join("");
  return `<p>Brier score <b>${brier.toFixed(4)}</b> over ${entriesText(entries)} (${
    brierByContracts!.toFixed(4)
  } by contracts); paid $${calibration.meanPrice!.toFixed(3)} on average, worth $${
    calibration.meanOutcome!.toFixed(3)
  } in the end${left}. 0 is perfect, always saying one half gets 0.25.</p>` +
    `<div class="pair"><div class="square"><svg viewBox="-34 -22 356 356" role="img" ` +
    `aria-label="Prices paid against outcomes"><path class="grid" d="M0 0V300H300M0 150H300M150 0V300"/>` +
    `<path class="diagonal" d="M0 300L300 0"/>${dots}${labels()}</svg></div>` +
    `<div class="wide"><table><thead><tr><th>Price paid<th>Entries<th>Contracts<th>Mean price` +
    `<th>Mean outcome<th>Outcome − price<tbody>${rows}</table></div></div>`;
}

function labels(): string {
  const marks = [0, 0.5, 1].map((share) =>
    `<text x="${at(share)}" y="315" text-anchor="middle">${share}</text>` +
    `<text x="-6" y="${at(1 - share) + 4}" text-anchor="end">${share}</text>`
  );
  return `${marks.join("")}<text x="150" y="330" text-anchor="middle">price paid</text>` +
    `<text x="8" y="12">outcome</text>`;
}

function at(share: number): number {
  return Math.round(share * SIZE * 10) / 10;
}

function signed(value: number): string {
  const text = Math.abs(value).toFixed(3);
  return Number(text) === 0 ? text : `${value < 0 ? "−" : "+"}${text}`;
}

function entriesText(count: number): string {
  return `${grouped(count)} ${count === 1 ? "entry" : "entries"}`;
}
