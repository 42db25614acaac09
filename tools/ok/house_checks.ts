import { check as banned } from "../check_banned.ts";
import { check as cycles } from "../check_cycles.ts";
import { check as dependencies } from "../check_dependencies.ts";
import { check as exports } from "../check_exports.ts";
import { check as layers } from "../check_layers.ts";
import { check as lock } from "../check_lock.ts";
import { check as money } from "../check_money.ts";
import { check as sizes, note as sizesNote } from "../check_sizes.ts";
import { check as tests } from "../check_tests.ts";
import { check as text } from "../check_text.ts";
import type { Check } from "../sources/run_check.ts";
import type { Step } from "./step.ts";

const CHECKS: Readonly<Record<string, Check>> = {
  exports,
  layers,
  cycles,
  dependencies,
  banned,
  money,
  sizes,
  tests,
  text,
  lock,
};

/** The checks of tools/check_*.ts as steps. */
export function houseChecks(root: string): Step[] {
  return Object.entries(CHECKS).map(([name, check]) => ({
    name: `check ${name}`,
    run: () => {
      const problems = check(root);
      const note = name === "sizes" ? { note: sizesNote(root) } : {};
      return Promise.resolve({ ok: problems.length === 0, output: problems.join("\n"), ...note });
    },
  }));
}
