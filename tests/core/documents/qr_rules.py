"""The rules of QR codes (ISO/IEC 18004) that a reader needs: level M, versions 1 to 10."""

from functools import cache

# Version → codewords of error correction in a block; blocks as (how many, codewords of data in each). Table 9, level M.
BLOCKS = {
    1: (10, ((1, 16),)),
    2: (16, ((1, 28),)),
    3: (26, ((1, 44),)),
    4: (18, ((2, 32),)),
    5: (24, ((2, 43),)),
    6: (16, ((4, 27),)),
    7: (18, ((4, 31),)),
    8: (22, ((2, 38), (2, 39))),
    9: (22, ((3, 36), (2, 37))),
    10: (26, ((4, 43), (1, 44))),
}
# Centres of the alignment patterns, annex E.
CENTRES = {1: (), 2: (6, 18), 3: (6, 22), 4: (6, 26), 5: (6, 30), 6: (6, 34)}
CENTRES |= {7: (6, 22, 38), 8: (6, 24, 42), 9: (6, 26, 46), 10: (6, 28, 50)}
LEVEL_M = 0b00
FIELD = 0x11D
MASKS = (
    lambda y, x: (y + x) % 2 == 0,
    lambda y, x: y % 2 == 0,
    lambda y, x: x % 3 == 0,
    lambda y, x: (y + x) % 3 == 0,
    lambda y, x: (y // 2 + x // 3) % 2 == 0,
    lambda y, x: y * x % 2 + y * x % 3 == 0,
    lambda y, x: (y * x % 2 + y * x % 3) % 2 == 0,
    lambda y, x: ((y + x) % 2 + y * x % 3) % 2 == 0,
)


@cache
def powers() -> tuple[list[int], list[int]]:
    """Powers of 2 in the field of 256 elements, and their logarithms."""
    exponents, logarithms, value = [0] * 512, [0] * 256, 1
    for power in range(255):
        exponents[power] = exponents[power + 255] = value
        logarithms[value] = power
        value = value << 1 ^ (FIELD if value & 0x80 else 0)
    return exponents, logarithms


@cache
def generator(degree: int) -> list[int]:
    """Logarithms of the coefficients of (x - 1)(x - 2)(x - 4)… without the leading one."""
    exponents, logarithms = powers()
    polynomial = [1]
    for power in range(degree):
        longer = [*polynomial, 0]
        for place, factor in enumerate(polynomial):
            longer[place + 1] ^= exponents[logarithms[factor] + power]
        polynomial = longer
    return [logarithms[factor] for factor in polynomial[1:]]


def error_correction(block: list[int], number: int) -> list[int]:
    """Reed-Solomon codewords: the remainder of the division by the generator polynomial."""
    exponents, logarithms = powers()
    factors = generator(number)
    remainder = [0] * number
    for word in block:
        lead = word ^ remainder[0]
        remainder = [*remainder[1:], 0]
        if lead:
            power = logarithms[lead]
            remainder = [old ^ exponents[power + factor] for old, factor in zip(remainder, factors, strict=True)]
    return remainder


def with_check(value: int, bits: int, polynomial: int) -> int:
    """The value followed by its BCH remainder of ``bits`` bits."""
    rest = value << bits
    while rest.bit_length() > bits:
        rest ^= polynomial << rest.bit_length() - bits - 1
    return value << bits | rest


def format_modules(size: int, mask: int):
    """Level and mask, twice, around the finder patterns."""
    bits = f"{with_check(LEVEL_M << 3 | mask, 10, 0b10100110111) ^ 0b101010000010010:015b}"
    first = [(8, x) for x in (0, 1, 2, 3, 4, 5, 7, 8)] + [(y, 8) for y in (7, 5, 4, 3, 2, 1, 0)]
    second = [(size - 1 - step, 8) for step in range(7)] + [(8, size - 8 + step) for step in range(8)]
    return [*zip(first, bits, strict=True), *zip(second, bits, strict=True)]


@cache
def fixed_modules(version: int) -> tuple[tuple[tuple[int, int], str], ...]:
    """Finders, separators, timing, alignment, the dark module and the version; room for the format as zeros."""
    size = 17 + 4 * version
    modules: dict[tuple[int, int], str] = {}
    for step in range(size):
        modules[6, step] = modules[step, 6] = "10"[step % 2]
    for top, left in ((0, 0), (0, size - 7), (size - 7, 0)):
        for y in range(max(top - 1, 0), min(top + 8, size)):
            for x in range(max(left - 1, 0), min(left + 8, size)):
                ring = max(abs(y - top - 3), abs(x - left - 3))
                modules[y, x] = "1" if ring not in (2, 4) else "0"
    last = size - 7
    for cy in CENTRES[version]:
        for cx in CENTRES[version]:
            if (cy, cx) in ((6, 6), (6, last), (last, 6)):
                continue
            for y in range(cy - 2, cy + 3):
                for x in range(cx - 2, cx + 3):
                    modules[y, x] = "0" if max(abs(y - cy), abs(x - cx)) == 1 else "1"
    for place, _ in format_modules(size, 0):
        modules[place] = "0"
    modules[size - 8, 8] = "1"
    if version >= 7:
        bits = f"{with_check(version, 12, 0b1111100100101):018b}"[::-1]
        for place, bit in enumerate(bits):
            far, near = size - 11 + place % 3, place // 3
            modules[far, near] = modules[near, far] = bit
    return tuple(modules.items())


@cache
def data_places(version: int) -> tuple[tuple[int, int], ...]:
    """Where data go: in columns of two from the right, up and down in turns, past what is fixed."""
    size = 17 + 4 * version
    taken = {place for place, _ in fixed_modules(version)}
    places, upwards = [], True
    for right in [*range(size - 1, 6, -2), *range(5, 0, -2)]:
        for y in range(size - 1, -1, -1) if upwards else range(size):
            places += [(y, x) for x in (right, right - 1) if (y, x) not in taken]
        upwards = not upwards
    return tuple(places)
