export const THIS_MACHINE = /^(localhost|127\.0\.0\.1|\[?::1\]?)(:\d+)?$/;
