/**
 * Health and metrics of a capture over HTTP. For Node, Deno and Bun.
 *
 * Every line here is public API.
 * @module
 */
export { type HealthServer, serveHealth, type ServeHealthOptions } from "./serve_health.ts";
