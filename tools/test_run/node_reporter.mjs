// A reporter for node:test: one line of JSON for each event that node_events.ts reads.
// Plain JavaScript: Node loads a reporter without the hooks that make it read TypeScript.

/** Called by `node --test --test-reporter=`. */
export default async function* report(source) {
  for await (const event of source) {
    const line = eventOf(event);
    if (line !== undefined) yield `${JSON.stringify(line)}\n`;
  }
}

function eventOf({ type, data }) {
  const { file = "", name, nesting } = data;
  switch (type) {
    case "test:start":
      return { type: "start", file, name, nesting };
    case "test:stdout":
    case "test:stderr":
    case "test:diagnostic":
      return { type: "output", file, text: `${data.message.trimEnd()}\n` };
    case "test:pass":
    case "test:fail": {
      const error = data.details.error;
      return {
        type: type === "test:pass" ? "pass" : "fail",
        file,
        name,
        nesting,
        suite: data.details.type === "suite",
        skip: data.skip,
        todo: data.todo,
        failureType: error?.failureType,
        detail: error && detailOf(error),
      };
    }
    default:
      return undefined;
  }
}

function detailOf(error) {
  const thrown = error.cause;
  if (!(thrown instanceof Error)) return String(thrown ?? error.message);
  // The runner's own frames say nothing about the test.
  const stack = (thrown.stack ?? thrown.message).split("\n")
    .filter((line) => !/^\s+at .*node:(internal\/(test_runner|process)|async_hooks)/.test(line));
  const cause = thrown.cause === undefined ? "" : `\ncaused by: ${String(thrown.cause)}`;
  return stack.join("\n") + cause;
}
