import { join } from "node:path";
import { build } from "../build.ts";
import { PACKAGES } from "../sources/source_files.ts";
import { commandStep, type Step } from "./step.ts";

/** The build, and whether what it makes can be installed and imported by somebody else. */
export function packagingSteps(root: string): Step[] {
  const bin = (name: string) => join(root, "node_modules", ".bin", name);
  let built = false;
  const onceBuilt = (step: Step): Step => ({
    name: step.name,
    run: () =>
      built
        ? step.run()
        : Promise.resolve({ ok: false, output: `${step.name}: nothing was built` }),
  });
  return [
    {
      name: "build",
      run: async () => {
        const failure = await build(root, PACKAGES);
        built = failure === undefined;
        return { ok: built, output: failure ?? "" };
      },
    },
    ...PACKAGES.flatMap((name) => {
      const folder = `packages/${name}`;
      const attw = ["--profile", "esm-only", "--no-color", "--pack", folder];
      return [
        onceBuilt(commandStep(`publint ${name}`, bin("publint"), ["--strict", folder], root)),
        onceBuilt(commandStep(`types of ${name}'s tarball`, bin("attw"), attw, root)),
      ];
    }),
    commandStep("jsr dry run", bin("deno"), ["publish", "--dry-run", "--allow-dirty"], root),
  ];
}
