/** Counts of a `KalshiExchange` since it began. */
export interface ExchangeCounts {
  /** REST requests. */
  readonly requests: number;
  /** WebSocket handshakes. */
  readonly handshakes: number;
  /** Handshakes that were refused. */
  readonly refused: number;
  /** WebSockets that are open now. */
  readonly connections: number;
  /** Commands, those of closed connections included. */
  readonly commands: number;
  /** Bytes of frames handed to sockets. */
  readonly bytes: number;
  /** Connections whose client read too slowly, faults not counted. */
  readonly overflows: number;
}
