import { type Clock, utcDate } from "@ssmd/core";
import {
  KalshiConnector,
  type KalshiConnectorOptions,
  type KalshiCredentials,
  KalshiRest,
  type KalshiRestOptions,
} from "@ssmd/kalshi/live";
import { loadCredentials, readCaptureFiles } from "./capture_inputs.ts";
import { type CapturePlan, planCapture } from "./capture_plan.ts";

/** The files that say what is followed and how, as command lines name them. */
export interface AccessOptions {
  /** The feed's file. */
  readonly feed: string;
  /** The environment's file. */
  readonly env: string;
  /** The archive's folder; default the environment's. */
  readonly out?: string;
}

/** The exchange that a feed and an environment name: what is followed, and everything to reach it. */
export class ExchangeAccess {
  /** What the two files come to today. */
  readonly plan: CapturePlan;
  /** What signs; absent when no key is given. */
  readonly credentials: KalshiCredentials | undefined;
  readonly #clock: Clock;

  private constructor(
    plan: CapturePlan,
    credentials: KalshiCredentials | undefined,
    clock: Clock,
  ) {
    this.plan = plan;
    this.credentials = credentials;
    this.#clock = clock;
  }

  /**
   * Reads both files and the key that they name, looked up in `variables`. Nothing is connected yet.
   * Throws `SsmdError` that names the file, and references of secrets, never values.
   */
  static async open(
    { feed: feedFile, env, out }: AccessOptions,
    variables: Readonly<Record<string, string | undefined>>,
    clock: Clock,
  ): Promise<ExchangeAccess> {
    const { feed, environment } = await readCaptureFiles(feedFile, env);
    const date = utcDate(clock.now());
    const plan = planCapture(feed, environment, { date, ...(out === undefined ? {} : { out }) });
    const credentials = await loadCredentials(environment, plan.keyId, variables);
    return new ExchangeAccess(plan, credentials, clock);
  }

  /** What works and is not what the files say, one line each. */
  get warnings(): readonly string[] {
    const { warning } = this.credentials ?? {};
    return warning === undefined ? this.plan.warnings : [...this.plan.warnings, warning];
  }

  /** A REST client; each has its own pace. */
  rest(options: Pick<KalshiRestOptions, "attempts" | "timeoutMs"> = {}): KalshiRest {
    return new KalshiRest({ baseUrl: this.plan.restUrl, ...this.#identity(), ...options });
  }

  /** A connector to the stream, of the plan's channels unless `options` says others. */
  connector(
    options: Partial<Pick<KalshiConnectorOptions, "channels" | "markets" | "universeEveryMs">>,
  ): KalshiConnector {
    const { webSocketUrl: url, feed, channels, marketsPerConnection } = this.plan;
    return new KalshiConnector({
      url,
      feed,
      channels,
      ...(marketsPerConnection === undefined ? {} : { marketsPerConnection }),
      ...this.#identity(),
      ...options,
    });
  }

  #identity(): { readonly clock: Clock; readonly credentials?: KalshiCredentials } {
    const { credentials } = this;
    return { clock: this.#clock, ...(credentials === undefined ? {} : { credentials }) };
  }
}
