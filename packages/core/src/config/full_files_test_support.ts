/** Every key that the original reads, with values of its kinds. */
export const FULL_FEED = `
name: kalshi
display_name: Kalshi, every key
type: websocket
status: deprecated
capture_locations:
  - site: home
    type: on_prem
    provider: nobody
    region: attic
    clock: ntp
  - site: rack
    type: colo
versions:
  - version: v1
    effective_from: 2024-01-01
    effective_to: 2024-12-31
    protocol:
      transport: https
      message: fix
      version: "4.4"
    endpoint: https://old.example.org/api
    auth_method: none
  - version: v2
    effective_from: "2025-01-01"
    protocol: { transport: wss, message: json }
    endpoint: wss://new.example.org/ws
    auth_method: api_key
    rate_limit_per_second: 10
    max_symbols_per_connection: 256
    supports_orderbook: true
    supports_trades: true
    supports_historical: false
    parser_config:
      price_unit: cents
calendar:
  timezone: America/New_York
  holiday_calendar: nyse
  open_time: "08:00"
  close_time: 23:59
defaults:
  connector:
    image: images.example.org/connector
    version: "1.0"
    resources:
      requests:
        cpu: 100m
        memory: 128Mi
      limits:
        cpu: 2
    transport:
      type: nats
      stream: PROD_KALSHI
      subjectPrefix: prod.kalshi
  archiver:
    image: images.example.org/archiver
    rotation:
      interval: 15m
  signal:
    version: "3"
`;

/** The keys that a feed must have. */
export const MINIMAL_FEED = `
name: tiny
type: rest
versions:
  - version: "1"
    effective_from: 2026-02-28
    protocol:
      transport: wss
      message: json
    endpoint: ws://127.0.0.1:9310/trade-api/ws/v2
`;

/** Every key that the original reads, with values of its kinds. */
export const FULL_ENVIRONMENT = `
name: everything
feed: kalshi
schema: trade:v1
schedule:
  timezone: UTC
  day_start: "00:00"
  day_end: "24:00"
  auto_roll: true
keys:
  kalshi:
    type: api_key
    description: trading key
    required: true
    fields:
      - api_key
      - private_key
    source: env:KALSHI_API_KEY,KALSHI_PRIVATE_KEY
    rotation_days: 90
  alerts:
    type: webhook
    required: false
    fields: [address]
secmaster:
  url: http://markets:3000
  api_key: env:SECMASTER_KEY
  categories:
    - Economics
    - Climate and Weather
  close_within_hours: 48
  games_only: true
subscription:
  batch_size: 50
  batch_delay_ms: 250
  retry_attempts: 5
  retry_delay_ms: 2000
cdc:
  enabled: true
  nats_url: nats://localhost:4222
  stream_name: CHANGES
  consumer_name: capture
lifecycle:
  enabled: true
  series: [KXBTC15M]
  secmaster_url: https://markets.example.org
  secmaster_api_key: file:/run/keys/markets
transport:
  type: nats
  url: nats://localhost:4222
  stream: PROD_KALSHI
  subject_prefix: prod.kalshi.main
storage:
  type: s3
  path: /var/lib/data
  bucket: ticks
  region: eu-central-1
cache:
  type: redis
  max_size: 100MB
  url: redis://localhost:6379
`;

/** The keys that an environment must have. */
export const MINIMAL_ENVIRONMENT = `
name: tiny
feed: kalshi
schema: trade:v1
transport: { transport_type: memory }
storage: { type: local }
`;

/** Keys in the texts above that their author chose, and that have no typos therefore. */
export const FREE_KEYS: readonly string[] = ["price_unit", "cpu", "memory", "kalshi", "alerts"];

/** What `run` throws; fails when it throws nothing. */
export function thrownBy(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  throw new Error("nothing was thrown");
}
