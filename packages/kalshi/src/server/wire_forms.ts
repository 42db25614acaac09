import { cents } from "./cents_form.ts";
import { fixedPoint } from "./fixed_point_form.ts";
import type { WireForm, WireFormName } from "./wire_form.ts";

/** The forms by name. */
export const WIRE_FORMS: Readonly<Record<WireFormName, WireForm>> = {
  fixed_point: fixedPoint,
  cents,
};
