/**
 * The command line that goes on with a sweep that was stopped: the same options again. Names are
 * those of the command line in camelCase; what is absent or false is left out.
 */
export function resumeCommand(
  options: Readonly<Record<string, string | boolean | readonly string[] | undefined>>,
): string {
  const words = Object.entries(options).flatMap(([name, value]) => {
    if (value === undefined || value === true || value === false) {
      // Commander gives --no-x as x: false.
      return value === true
        ? [flagOf(name)]
        : value === false
        ? [`--no-${flagOf(name).slice(2)}`]
        : [];
    }
    return [flagOf(name), ...(typeof value === "string" ? [value] : value)];
  });
  return ["ssmd", "sweep", ...words.map(quoted)].join(" ");
}

function flagOf(name: string): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** As a POSIX shell reads it. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
