/**
 * What an adapter of a contract in `@ssmd/core` must do, as cases for any test framework, and
 * implementations that fail on request.
 *
 * Every line here is public API.
 * @module
 */
export type { ConformanceCase } from "./conformance_case.ts";
export { failAfter } from "./fail_after.ts";
export { gzipConformance } from "./gzip_conformance.ts";
export { storageConformance } from "./storage_conformance.ts";
