/** A column of a table. */
export interface Column {
  /** Its heading. */
  readonly head: string;
  /** Numbers go to the right. Default left. */
  readonly align?: "left" | "right";
  /**
   * Columns with a higher number are left out first when the table is wider than the terminal; 0,
   * the default, is never left out.
   */
  readonly droppable?: number;
}

const GAP = "  ";

/**
 * Lays out rows under headings within `width` characters: droppable columns go first, then cells of
 * the widest left column are cut in the middle.
 */
export function table(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  width: number,
): string {
  let shown = columns.map((column, index) => ({
    column,
    index,
    width: widthOf(column, index, rows),
  }));
  while (total(shown) > width) {
    const worst = Math.max(...shown.map(({ column }) => column.droppable ?? 0));
    if (worst === 0) break;
    shown = shown.filter(({ column }) => (column.droppable ?? 0) !== worst);
  }
  const excess = total(shown) - width;
  if (excess > 0) {
    const left = shown.filter(({ column }) => column.align !== "right");
    const widest = left.sort((a, b) => b.width - a.width)[0];
    if (widest !== undefined) widest.width = Math.max(4, widest.width - excess);
  }
  const line = (cells: readonly string[]): string =>
    shown.map(({ column, index, width }) => fit(cells[index] ?? "", width, column.align))
      .join(GAP).trimEnd();
  return [line(columns.map(({ head }) => head)), ...rows.map(line)].join("\n") + "\n";
}

function widthOf(column: Column, index: number, rows: readonly (readonly string[])[]): number {
  // Not one call of Math.max: it takes no more arguments than fit on the stack.
  return rows.reduce((most, row) => Math.max(most, row[index]?.length ?? 0), column.head.length);
}

function total(columns: readonly { readonly width: number }[]): number {
  return columns.reduce((sum, { width }) => sum + width, GAP.length * (columns.length - 1));
}

function fit(cell: string, width: number, align: Column["align"]): string {
  const text = cell.length > width ? shortened(cell, width) : cell;
  return align === "right" ? text.padStart(width) : text.padEnd(width);
}

/** Cut in the middle: tickers and paths differ at their ends. */
function shortened(cell: string, width: number): string {
  const head = Math.floor((width - 1) / 2);
  return `${cell.slice(0, head)}…${cell.slice(cell.length - (width - 1 - head))}`;
}

/** Two columns, names and values, for a result that is one thing. */
export function facts(rows: readonly (readonly [string, string])[], width: number): string {
  const names = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, value]) => wrapped(name.padEnd(names) + GAP, value, width)).join("");
}

/** `text` broken at spaces to `width`, later lines indented. */
export function paragraph(text: string, width: number): string {
  return wrapped("", text, width).replaceAll("\n", "\n  ").trimEnd() + "\n";
}

/** `value` after `lead`, broken at spaces, later lines below the first one's value. */
function wrapped(lead: string, value: string, width: number): string {
  const room = Math.max(10, width - lead.length);
  const lines: string[] = [];
  let line = "";
  for (const word of value.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > room) {
      lines.push(line);
      line = word;
    } else {
      line = line === "" ? word : `${line} ${word}`;
    }
  }
  lines.push(line);
  return lines.map((text, index) => `${index === 0 ? lead : " ".repeat(lead.length)}${text}\n`)
    .join("");
}
