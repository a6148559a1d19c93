/* One element at a time: vectors are elements. Continues a field's header. */
typedef F(t) F(vec);
INLINE void F(gather)(F(vec) *r, const F(t) *const from[LANES]) { *r = *from[0]; }
INLINE void F(scatter)(F(t) *const to[LANES], const F(vec) *a) { *to[0] = *a; }
INLINE void F(splat)(F(vec) *r, const F(t) *a) { *r = *a; }
INLINE void F(vmul)(F(vec) *r, const F(vec) *a, const F(vec) *b) { F(mul)(r, a, b); }
INLINE void F(vsqr)(F(vec) *r, const F(vec) *a) { F(sqr)(r, a); }
INLINE void F(vadd)(F(vec) *r, const F(vec) *a, const F(vec) *b) { F(add)(r, a, b); }
INLINE void F(vsub)(F(vec) *r, const F(vec) *a, const F(vec) *b) { F(sub)(r, a, b); }
INLINE void F(vtight)(F(vec) *r, const F(vec) *a) { F(tight)(r, a); }
static void F(init)(void) {}
