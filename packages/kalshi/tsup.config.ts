import type { Options } from "tsup";

const config: Options = {
  entry: {
    "mod": "src/mod.ts",
    "live/mod": "src/live/mod.ts",
    "server/mod": "src/server/mod.ts",
  },
  format: ["esm"],
  target: "es2022",
  sourcemap: true,
  clean: true,
  dts: { compilerOptions: { ignoreDeprecations: "6.0" } },
};
export default config;
