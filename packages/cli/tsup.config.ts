import type { Options } from "tsup";

const config: Options = {
  entry: {
    "mod": "src/mod.ts",
    "main": "src/main.ts",
    "sweep/sweep_worker": "src/sweep/sweep_worker.ts",
  },
  format: ["esm"],
  target: "es2022",
  sourcemap: true,
  clean: true,
  dts: { compilerOptions: { ignoreDeprecations: "6.0" } },
};
export default config;
