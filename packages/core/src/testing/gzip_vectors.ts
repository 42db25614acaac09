/** A gzip file that something else than the codec under test made. */
export interface GzipVector {
  /** The file, in base64. */
  readonly file: string;
  /** What it holds, in base64. */
  readonly content: string;
  /** Where a member ends, in bytes from the start: cut there, the file is a whole one. */
  readonly ends: readonly number[];
  /** How many more bytes of content zlib can read with each byte of the file. */
  readonly gains: string;
  /** Which bytes of content, first and behind the last, a stored block holds, if there is one. */
  readonly stored?: readonly [number, number];
}

/** One member with dynamic codes, of a named file: `gzip -9 -N`. */
export const NAMED: GzipVector = {
  file: "H4sICAB452gCA3RyYWRlcy5qc29ubACd0jELwyAQhuG9P+PmFNTz1GQOdGiha7cSUocQ2gaxQwn973VSR7nVyEN4" +
    "/XaI383DADFMDw8dPKew+niPy7z6kM7Pt9P1Mh5F+rSFZU5XtRCig/n9eUUYxO+wNxKqJiRmwrYTuiZIZULqdkNW" +
    "hpQ2G0q2G1gZSrhiuHajLoqKsoHES6pN+Q+teE0Nlh665zV1WN6FDKspCSrzMMhqSlit1PJmSmSrmXJ3aksPx9wp" +
    "9uVd0kz/Q+nFybUDAAA=",
  content:
    "eyJ0eXBlIjoidHJhZGUiLCJtYXJrZXRfdGlja2VyIjoiS1hHT0xELTAiLCJwcmljZSI6NDAwMCwiY291bnQiOjB9" +
    "CnsidHlwZSI6InRyYWRlIiwibWFya2V0X3RpY2tlciI6IktYR09MRC0yIiwicHJpY2UiOjQwMTMsImNvdW50Ijo3" +
    "fQp7InR5cGUiOiJ0cmFkZSIsIm1hcmtldF90aWNrZXIiOiJLWEdPTEQtNCIsInByaWNlIjo0MDUyLCJjb3VudCI6" +
    "MTR9CnsidHlwZSI6InRyYWRlIiwibWFya2V0X3RpY2tlciI6IktYR09MRC0xIiwicHJpY2UiOjQxMTcsImNvdW50" +
    "IjoyMX0KeyJ0eXBlIjoidHJhZGUiLCJtYXJrZXRfdGlja2VyIjoiS1hHT0xELTMiLCJwcmljZSI6NDIwOCwiY291" +
    "bnQiOjI4fQp7InR5cGUiOiJ0cmFkZSIsIm1hcmtldF90aWNrZXIiOiJLWEdPTEQtMCIsInByaWNlIjo0MzI1LCJj" +
    "b3VudCI6MzV9CnsidHlwZSI6InRyYWRlIiwibWFya2V0X3RpY2tlciI6IktYR09MRC0yIiwicHJpY2UiOjQ0Njgs" +
    "ImNvdW50Ijo0Mn0KeyJ0eXBlIjoidHJhZGUiLCJtYXJrZXRfdGlja2VyIjoiS1hHT0xELTQiLCJwcmljZSI6NDYz" +
    "NywiY291bnQiOjQ5fQp7InR5cGUiOiJ0cmFkZSIsIm1hcmtldF90aWNrZXIiOiJLWEdPTEQtMSIsInByaWNlIjo0" +
    "ODMyLCJjb3VudCI6NTZ9CnsidHlwZSI6InRyYWRlIiwibWFya2V0X3RpY2tlciI6IktYR09MRC0zIiwicHJpY2Ui" +
    "OjUwNTMsImNvdW50Ijo2M30KeyJ0eXBlIjoidHJhZGUiLCJtYXJrZXRfdGlja2VyIjoiS1hHT0xELTAiLCJwcmlj" +
    "ZSI6NTMwMCwiY291bnQiOjcwfQp7InR5cGUiOiJ0cmFkZSIsIm1hcmtldF90aWNrZXIiOiJLWEdPTEQtMiIsInBy" +
    "aWNlIjo1NTczLCJjb3VudCI6Nzd9CnsidHlwZSI6InRyYWRlIiwibWFya2V0X3RpY2tlciI6IktYR09MRC00Iiwi" +
    "cHJpY2UiOjQwNzIsImNvdW50Ijo4NH0KeyJ0eXBlIjoidHJhZGUiLCJtYXJrZXRfdGlja2VyIjoiS1hHT0xELTEi" +
    "LCJwcmljZSI6NDM5NywiY291bnQiOjF9Cg==",
  ends: [212],
  gains:
    "0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 " +
    "0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 1 2 1 1 2 2 1 2 1 2 1 1 2 1 2 1 2 1 1 2 1 " +
    "0 4 1 1 1 1 1 2 0 3 2 1 1 0 4 2 1 2 1 1 1 2 1 2 1 1 1 39 1 0 13 1 9 1 42 1 0 13 1 9 2 0 " +
    "42 1 11 2 1 9 1 1 42 1 11 1 2 0 11 0 42 0 13 1 1 10 1 0 54 2 0 10 1 1 0 55 1 10 1 1 0 55 " +
    "1 0 10 2 0 53 2 1 0 11 1 0 54 1 0 11 1 0 55 1 1 0 11 0 56 1 10 1 0 55 2 0 0 10 0 3 0 0 0 " +
    "0 0 0 0 0 ",
};

/**
 * Four members: fixed codes, nothing, a stored block, and one with every optional header field
 * (flags 30). Made by Python's zlib, the second by gzip(1); `gzip -dc` gives the content.
 */
export const MEMBERS: GzipVector = {
  file: "H4sIAAAAAAAA/0vLrEhNUUgDk8n5KanFEDYXAHVoEFgYAAAAH4sIAAAAAAAAAwMAAAAAAAAAAAAfiwgAAAAAAAD/" +
    "ATEAzv8ABgwSGB4kKjA2PEJITlRaYGZscnh+hIqQlpyiqK60usDGzNLY3uTq8PZzdG9yZWQK0Y9nLjEAAAAfiwge" +
    "AAAAAAD/BQBhYgEAem5hbWUAY29tbWVudAA53EvMyVHISE1MSS1SSMtMzUkp5kokQgQA28NkKjYAAAA=",
  content:
    "Zml4ZWQgZml4ZWQgY29kZXMgZml4ZWQKAAYMEhgeJCowNjxCSE5UWmBmbHJ4foSKkJacoqiutLrAxszS2N7k6vD2" +
    "c3RvcmVkCmFsbCBoZWFkZXIgZmllbGRzCmFsbCBoZWFkZXIgZmllbGRzCmFsbCBoZWFkZXIgZmllbGRzCg==",
  ends: [36, 56, 128, 191],
  stored: [24, 73],
  gains:
    "0 0 0 0 0 0 0 0 0 0 0 1 1 1 1 1 1 1 5 1 1 1 1 1 0 6 1 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 " +
    "0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 " +
    "1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 0 0 0 0 0 0 0 0 0 0 0 0 " +
    "0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 " +
    "1 1 1 1 0 35 0 0 0 0 0 0 0 0 0 ",
};
