import type { CaptureHealth } from "@ssmd/core";
import { byteSize, counted, grouped } from "../ui/numbers.ts";
import type { StatusPart } from "../ui/status_line.ts";

/** What a person who looks at a running capture wants to know, the important things first. */
export function captureStatus(
  health: CaptureHealth,
  before: CaptureHealth | undefined,
): StatusPart[] {
  const { connector, buffer, sink } = health;
  const alive = connector.connections.filter(({ connected }) => connected).length;
  const all = connector.connections.length;
  const seconds = before === undefined ? 0 : (health.at - before.at) / 1_000_000;
  const rate = seconds > 0 ? (connector.frames - before!.connector.frames) / seconds : 0;
  const gaps = Object.values(sink?.gaps ?? {}).reduce((sum, count) => sum + count, 0);
  const lost = buffer.dropped + buffer.tooLarge + (sink?.lost ?? 0);
  return [
    part(0, sink?.writing === false ? "NOT WRITING" : ""),
    part(0, all === 0 ? "nothing to follow" : `connected ${alive}/${all}`),
    part(1, `${grouped(Math.round(rate))} frames/s`),
    part(2, counted(connector.markets, "market")),
    part(0, lost === 0 ? "" : `LOST ${grouped(lost)}`),
    part(3, gaps === 0 ? "" : counted(gaps, "gap")),
    part(4, age(sink?.frames?.ageP99Micros)),
    part(5, `ring ${Math.round(100 * buffer.highWater / buffer.capacity)} %`),
    part(6, sink?.openBytes === undefined ? "" : byteSize(sink.openBytes)),
    part(7, connector.reconnects === 0 ? "" : counted(connector.reconnects, "reconnect")),
    part(8, sink?.freeBytes === undefined ? "" : `${byteSize(sink.freeBytes)} free`),
  ];
}

function part(droppable: number, text: string): StatusPart {
  return { text, droppable };
}

function age(micros: number | undefined): string {
  if (micros === undefined) return "";
  const ms = micros / 1000;
  return `p99 age ${ms < 10_000 ? `${Math.round(ms)} ms` : `${Math.round(ms / 1000)} s`}`;
}
