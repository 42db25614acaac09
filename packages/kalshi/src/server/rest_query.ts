import { errorAnswer, type HttpAnswer } from "./http_answer.ts";

/** A request that is answered with an error. */
export class RestError extends Error {
  /** Tells the class apart in logs. */
  override readonly name = "RestError";
  /** What the client gets. */
  readonly answer: HttpAnswer;

  /** Carries `answer`. */
  constructor(answer: HttpAnswer) {
    super(`Refused with ${answer.status}`);
    this.answer = answer;
  }
}

/** A 400 for parameter `name`, which fails Kalshi's rule `tag`. */
export function badParameter(name: string, tag: string): RestError {
  const words = name.split("_").map((word) => word.slice(0, 1).toUpperCase() + word.slice(1));
  const details = `'${words.join("")}' failed on the '${tag}' tag`;
  return new RestError(errorAnswer(400, "bad_request", "bad request", details));
}

/** A 404. */
export function notFound(): RestError {
  return new RestError(errorAnswer(404, "not_found", "not found"));
}

/** Reads a query string; whatever it cannot use throws {@link RestError} with a 400. */
export class RestQuery {
  readonly #values: URLSearchParams;

  /** Reads `values`. */
  constructor(values: URLSearchParams) {
    this.#values = values;
  }

  /** A text; an empty one counts as absent. */
  text(name: string): string | undefined {
    return this.#values.get(name) || undefined;
  }

  /** Whole number `name`, from `least` to `most`. */
  whole(
    name: string,
    least: number = 0,
    most: number = Number.MAX_SAFE_INTEGER,
  ): number | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const value = Number(text);
    if (!/^-?\d+$/.test(text) || !Number.isSafeInteger(value)) throw badParameter(name, "number");
    if (value < least) throw badParameter(name, "gte");
    if (value > most) throw badParameter(name, "lte");
    return value;
  }

  /** `limit`; 0 and absent mean `usual`. */
  limit(usual: number, most: number): number {
    return this.whole("limit", 0, most) || usual;
  }

  /** `true` or `false`. */
  flag(name: string): boolean | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    if (text !== "true" && text !== "false") throw badParameter(name, "boolean");
    return text === "true";
  }

  /** One of `choices`. */
  choice<T extends string>(name: string, choices: readonly T[]): T | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const choice = choices.find((one) => one === text);
    if (choice === undefined) throw badParameter(name, "oneof");
    return choice;
  }

  /** Texts between commas. */
  list(name: string): ReadonlySet<string> | undefined {
    const text = this.text(name);
    return text === undefined ? undefined : new Set(text.split(","));
  }

  /** Every value of a parameter that may be repeated. */
  repeated(name: string): string[] {
    return this.#values.getAll(name);
  }
}
