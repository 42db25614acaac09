import { type DayQuality, formatIsoTime, type QualityReport, type StreamQuality } from "@ssmd/core";

/** The report for programs: moments as ISO 8601 text, lengths of time in microseconds. */
export function qualityJson(report: QualityReport): unknown {
  return { ...report, streams: report.streams.map(streamJson) };
}

function streamJson(stream: StreamQuality): unknown {
  return { ...stream, days: stream.days.map(dayJson) };
}

function dayJson(day: DayQuality): unknown {
  const { first, last, gaps, fileGaps, files } = day;
  return {
    ...day,
    ...(first === undefined ? {} : { first: formatIsoTime(first) }),
    ...(last === undefined ? {} : { last: formatIsoTime(last) }),
    files: files.map((file) => ({
      ...file,
      ...(file.lostFrom === undefined ? {} : { lostFrom: formatIsoTime(file.lostFrom) }),
    })),
    gaps: gaps.map((gap) => ({ ...gap, time: formatIsoTime(gap.time) })),
    fileGaps: fileGaps.map((gap) => ({
      ...gap,
      from: formatIsoTime(gap.from),
      to: formatIsoTime(gap.to),
    })),
  };
}
