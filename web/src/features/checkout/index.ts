export { Checkout } from "./checkout";
export { Expired } from "./expired";
export type { GivenBack } from "./give-back";
export { HoldBanner } from "./hold-banner";
export { useHold } from "./use-hold";
