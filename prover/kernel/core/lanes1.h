/* One element at a time: vectors are elements. Continues a field's header. */
typedef F(t) F(vec);
INLINE void F(gather)(F(vec) *r, const F(t) *const from[LANES]) { *r = *from[0]; }
INLINE void F(scatter)(F(t) *const to[LANES], const F(vec) *a) { *to[0] = *a; }
INLINE void F(splat)(F(vec) *r, const F(t) *a) { *r = *a; }
INLINE void F(vmul)(F(vec) *r, const F(vec) *a, const F(vec) *b) { F(mul)(r, a, b); }
INLINE void F(vsqr)(F(vec) *r, const F(vec) *a) { F(sqr)(r, a); }
INLINE void F(vsqr_tight)(F(vec) *r, const F(vec) *a) { F(sqr)(r, a); }
INLINE void F(vadd)(F(vec) *r, const F(vec) *a, const F(vec) *b) { F(add)(r, a, b); }
INLINE void F(vsub)(F(vec) *r, const F(vec) *a, const F(vec) *b) { F(sub)(r, a, b); }
INLINE void F(vtight)(F(vec) *r, const F(vec) *a) { F(tight)(r, a); }
/* Masks of lanes: those of a loose value that are 0 modulo p, those all of whose limbs are zero. */
INLINE uint32_t F(vzero)(const F(vec) *a) { return (uint32_t)F(is_zero)(a); }
INLINE uint32_t F(vblank)(const F(vec) *a) { return (uint32_t)F(is_blank)(a); }
/* Negates the lanes of a mask. */
INLINE void F(vnegate)(F(vec) *r, uint32_t lanes) {
  if (lanes) F(neg)(r, r);
}
static void F(init)(void) {}
