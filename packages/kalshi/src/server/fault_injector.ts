import { SeededRandom } from "../generator/seeded_random.ts";
import { FAULT_SCOPES, type FaultPlan, type FaultRule, type FaultScope } from "./fault_plan.ts";
import type { Injection } from "./injection.ts";

/** A fault that has been decided. */
export interface Decision {
  /** The rule that asks for it. */
  readonly rule: FaultRule;
  /** For what the fault itself leaves to chance. */
  readonly random: SeededRandom;
  /** Takes the decision back, when it turns out that it cannot happen. */
  revoke(): void;
}

/** Decides which faults of a plan happen, and keeps the list of those that did. */
export class FaultInjector {
  /** What happened, in order. */
  readonly injected: Injection[] = [];
  readonly #plan: FaultPlan;
  readonly #fired: number[];
  readonly #handshakes: FaultDraw;
  readonly #requests: FaultDraw;
  #stopped = false;

  /** Follows `plan`; one without rules never does anything. */
  constructor(plan: FaultPlan) {
    this.#plan = plan;
    this.#fired = plan.rules.map(() => 0);
    this.#handshakes = this.#draw(0, ["handshake"], true);
    this.#requests = this.#draw(0, ["request"], true);
  }

  /** Ends all misbehaviour. */
  stop(): void {
    this.#stopped = true;
  }

  /** Whether nothing will happen any more. */
  get stopped(): boolean {
    return this.#stopped;
  }

  /** What happens to handshake number `connection`. */
  onHandshake(connection: number): Decision | undefined {
    return this.#stopped ? undefined : this.#handshakes.draw(["handshake"], undefined, connection);
  }

  /** What happens to a REST request. */
  onRequest(): Decision | undefined {
    return this.#stopped ? undefined : this.#requests.draw(["request"], undefined, 0);
  }

  /** Decides for the frames of one connection; `undefined` when no rule is about frames. */
  forConnection(connection: number): FaultDraw | undefined {
    if (this.#stopped) return undefined;
    const scopes: FaultScope[] = ["numbered", "data", "any"];
    const draw = this.#draw(connection, scopes, false);
    return draw.empty ? undefined : draw;
  }

  #draw(connection: number, scopes: readonly FaultScope[], skews: boolean): FaultDraw {
    return new FaultDraw(this.#plan, this.#fired, connection, scopes, skews);
  }
}

interface RuleState {
  readonly index: number;
  readonly rule: FaultRule;
  readonly scope: FaultScope;
  readonly random: SeededRandom;
  times: number;
}

/** Counts and draws for one connection, or for all handshakes or requests. */
export class FaultDraw {
  readonly #rules: readonly RuleState[];
  readonly #fired: number[];

  /** Follows the rules of `plan` for `scopes`; `skews` says that a wrong clock shows there too. */
  constructor(
    plan: FaultPlan,
    fired: number[],
    connection: number,
    scopes: readonly FaultScope[],
    skews: boolean,
  ) {
    this.#fired = fired;
    this.#rules = plan.rules.flatMap((rule, index): RuleState[] => {
      const shown = skews && rule.fault === "clock_skew" && rule.channel === undefined;
      const scope = shown ? scopes[0] : FAULT_SCOPES.get(rule.fault);
      if (scope === undefined || !scopes.includes(scope)) return [];
      if (!skews && rule.connection !== undefined && rule.connection !== connection) return [];
      const random = new SeededRandom(mix(mix(plan.seed, index + 1), connection + 1));
      return [{ index, rule, scope, random, times: 0 }];
    });
  }

  /** Whether no rule applies. */
  get empty(): boolean {
    return this.#rules.length === 0;
  }

  /** The first rule that happens now, of those about `scopes`, `channel` and `connection`. */
  draw(
    scopes: readonly FaultScope[],
    channel: string | undefined,
    connection: number,
  ): Decision | undefined {
    let chosen: RuleState | undefined;
    for (const state of this.#rules) {
      const { rule } = state;
      if (!scopes.includes(state.scope)) continue;
      if (rule.channel !== undefined && rule.channel !== channel) continue;
      if (rule.connection !== undefined && rule.connection !== connection) continue;
      state.times++;
      // Drawn even when another rule came first, so that rules do not disturb each other.
      if (happens(state) && chosen === undefined && this.#left(state)) chosen = state;
    }
    if (chosen === undefined) return undefined;
    const { index, rule, random } = chosen;
    this.#fired[index]!++;
    return { rule, random, revoke: () => this.#fired[index]!-- };
  }

  #left({ index, rule }: RuleState): boolean {
    return this.#fired[index]! < (rule.max ?? Infinity);
  }
}

function happens({ rule, random, times }: RuleState): boolean {
  if (rule.every !== undefined) return times % rule.every === 0;
  if (rule.at !== undefined) return rule.at.includes(times);
  return random.fraction() < (rule.probability ?? 0);
}

function mix(seed: number, value: number): number {
  return new SeededRandom(seed ^ Math.imul(value, 0x9e3779b1)).bits();
}
