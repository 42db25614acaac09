import { spawnSync } from "node:child_process";

/** What a whole command cost. */
export interface Cost {
  readonly wallSeconds: number;
  /** User and system, of all its processes. */
  readonly cpuSeconds: number;
  /** Peak of the largest Node process; 0 for other commands. */
  readonly peakMiB: number;
}

// Tells its peak when it ends; the shell tells times only.
const PEAK =
  "data:text/javascript,process.on('exit',()=>process.stderr.write('PEAK '+process.resourceUsage().maxRSS+'\\n'))";

/** Runs a shell command to its end. Throws with what it wrote when it fails. */
export function measuredCommand(command: string): Cost {
  const script = `TIMEFORMAT='TIME %R %U %S'; time (${command})`;
  const { status, stderr } = spawnSync("bash", ["-o", "pipefail", "-c", script], {
    encoding: "utf8",
    env: { ...process.env, NODE_OPTIONS: `--import ${JSON.stringify(PEAK)}` },
    maxBuffer: 64 << 20,
  });
  const times = /TIME ([\d.]+) ([\d.]+) ([\d.]+)/.exec(stderr)?.slice(1).map(Number);
  if (status !== 0 || times === undefined) throw new Error(`${command}: ${status}\n${stderr}`);
  const peaks = [...stderr.matchAll(/PEAK (\d+)/g)].map(([, kib]) => Number(kib));
  const [wallSeconds, user, system] = times as [number, number, number];
  return { wallSeconds, cpuSeconds: user + system, peakMiB: Math.max(0, ...peaks) / 1024 };
}

/** The middle of some figures. */
export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1]!;
}

/** How far some figures lie apart: their range over their median. */
export function spread(values: readonly number[]): number {
  return (Math.max(...values) - Math.min(...values)) / median(values);
}
