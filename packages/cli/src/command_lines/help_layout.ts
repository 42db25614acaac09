import { type Command, Help, type HelpConfiguration } from "commander";

const PLAIN = new Help();
const DEFAULT_WIDTH = 80;
/** With less room than this beside its term a description goes below it. */
const LEAST_ROOM = 34;
const ITEM_INDENT = 2;
const GAP = 2;
const BELOW = " ".repeat(6);
const USAGE = "Usage: ".length;

/**
 * Help that fits narrow terminals too: commander alone stops wrapping where less than 40 characters
 * are left beside the longest term.
 */
export const helpLayout: HelpConfiguration = {
  minWidthToWrap: 10,
  commandUsage(this: Help, command: Command): string {
    const usage = PLAIN.commandUsage(command);
    return this.boxWrap(usage, widthOf(this) - USAGE).replaceAll("\n", `\n${" ".repeat(USAGE)}`);
  },
  formatItem(
    this: Help,
    term: string,
    termWidth: number,
    description: string,
    helper: Help,
  ): string {
    const width = widthOf(this);
    if (description === "" || width - ITEM_INDENT - termWidth - GAP >= LEAST_ROOM) {
      return PLAIN.formatItem.call(this, term, termWidth, description, helper);
    }
    const text = helper.boxWrap(description, width - BELOW.length);
    return `${" ".repeat(ITEM_INDENT)}${term}\n${BELOW}${text.replaceAll("\n", `\n${BELOW}`)}`;
  },
};

function widthOf({ helpWidth = DEFAULT_WIDTH }: Help): number {
  return helpWidth;
}
