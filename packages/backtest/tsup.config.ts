import type { Options } from "tsup";

const config: Options = {
  entry: { "mod": "src/mod.ts", "config/mod": "src/config/mod.ts" },
  format: ["esm"],
  target: "es2022",
  sourcemap: true,
  clean: true,
  dts: { compilerOptions: { ignoreDeprecations: "6.0" } },
};
export default config;
