import type { Options } from "tsup";

const config: Options = {
  entry: {
    "mod": "src/mod.ts",
    "fs/mod": "src/fs/mod.ts",
    "fs/sink_worker": "src/fs/sink_worker.ts",
    "testing/mod": "src/testing/mod.ts",
    "config/mod": "src/config/mod.ts",
    "http/mod": "src/http/mod.ts",
  },
  format: ["esm"],
  target: "es2022",
  sourcemap: true,
  clean: true,
  dts: { compilerOptions: { ignoreDeprecations: "6.0" } },
};
export default config;
