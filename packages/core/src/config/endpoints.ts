import type { EnvironmentConfig } from "./environment_config.ts";
import type { FeedVersion } from "./feed_config.ts";

/** Where to connect. */
export interface Endpoints {
  /** The stream of data: a ws, wss, http or https URL. */
  readonly endpoint: string;
  /** Base of the REST API; absent leaves it to the connector to know it. */
  readonly restEndpoint?: string;
}

/**
 * The environment's endpoints if it names any, else the feed version's. The two are never mixed: a
 * local stream with the production's REST API would be told of markets that it does not have.
 */
export function endpointsOf(version: FeedVersion, environment: EnvironmentConfig): Endpoints {
  const { endpoint, restEndpoint } = environment.endpoint === undefined ? version : environment;
  return {
    endpoint: endpoint ?? version.endpoint,
    ...(restEndpoint === undefined ? {} : { restEndpoint }),
  };
}
