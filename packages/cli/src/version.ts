/** The version of the four packages; a check holds it against their manifests. */
export const VERSION = "0.1.0";
