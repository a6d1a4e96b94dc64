"""Questions put to many settings: each lays a design, has it simulated, and reads the answer."""
