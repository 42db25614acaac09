import { z } from "zod";
import type { TransportConfig } from "./environment_config.ts";
import { choice, text } from "./kinds.ts";
import { section } from "./section.ts";

const type: z.ZodType<TransportConfig["type"]> = choice("nats", "mqtt", "memory");

/** The original's parser has `type`, its documents have `transport_type`. */
export const transport: z.ZodType<TransportConfig> = section({
  type: type.exactOptional(),
  transport_type: type.exactOptional(),
  url: text.exactOptional(),
  stream: text.exactOptional(),
  subject_prefix: text.exactOptional(),
}).transform(({ type, transportType, ...rest }, context): TransportConfig => {
  const chosen = type ?? transportType;
  if (chosen !== undefined && (type === undefined || transportType === undefined)) {
    return { type: chosen, ...rest };
  }
  context.issues.push({
    code: "custom",
    message: chosen === undefined ? "one of nats, mqtt, memory" : "one of type and transport_type",
    path: [chosen === undefined ? "type" : "transport_type"],
    input: undefined,
  });
  return z.NEVER;
});
