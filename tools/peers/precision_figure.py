"""rmse against seconds, both on logarithmic axes, as one SVG with a panel for each problem of precision.py."""
import math

COLOURS = ["#d62728", "#1f77b4", "#2ca02c", "#ff7f0e", "#9467bd", "#17becf"]
WIDTH, HEIGHT, LEFT, TOP, PANELS = 300, 260, 52, 34, 4


def thinned(curve):
    """The lowest rmse so far, at most 40 points a decade of seconds."""
    points, lowest, last = [], math.inf, None
    for seconds, rmse in curve:
        lowest = min(lowest, rmse)
        slot = round(40 * math.log10(max(seconds, 1e-3)))
        if slot != last and lowest > 0:
            points.append((max(seconds, 1e-3), lowest))
            last = slot
    return points


def panel(x0, y0, problem, runs):
    curves = [(name, thinned(curve)) for name, all_curves in runs.items() for curve in all_curves if curve]
    values = [rmse for _, points in curves for _, rmse in points]
    seconds = [second for _, points in curves for second, _ in points]
    low, high = math.floor(math.log10(min(values))), math.floor(math.log10(max(values))) + 1
    first, last = math.floor(math.log10(min(seconds))), math.floor(math.log10(max(seconds))) + 1

    def at(second, rmse):
        return (x0 + LEFT + (math.log10(second) - first) / (last - first) * (WIDTH - LEFT - 12),
                y0 + TOP + (high - math.log10(rmse)) / (high - low) * (HEIGHT - TOP - 40))

    parts = [f'<text x="{x0 + LEFT}" y="{y0 + 20}" font-weight="bold">{problem}</text>']
    for power in range(low, high + 1, max(1, (high - low) // 6)):
        x, y = at(10**first, 10.0**power)
        parts.append(f'<path d="M{x:.1f} {y:.1f}H{x0 + WIDTH - 12}" stroke="#ddd"/>'
                     f'<text x="{x - 4:.1f}" y="{y + 4:.1f}" text-anchor="end">1e{power}</text>')
    for power in range(first, last + 1):
        x, y = at(10.0**power, 10.0**low)
        parts.append(f'<path d="M{x:.1f} {y:.1f}V{y0 + TOP}" stroke="#ddd"/>'
                     f'<text x="{x:.1f}" y="{y + 15:.1f}" text-anchor="middle">{10.0**power:g} s</text>')
    for name, points in curves:
        line = "L".join("{:.1f} {:.1f}".format(*at(*point)) for point in points)
        parts.append(f'<path d="M{line}" fill="none" stroke="{COLOURS[list(runs).index(name) % 6]}" stroke-width="1.3"/>')
    return parts


def figure(results):
    parts = []
    for i, (problem, runs) in enumerate(results.items()):
        parts += panel(i % PANELS * WIDTH, i // PANELS * HEIGHT, problem, runs)
    bottom = (len(results) + PANELS - 1) // PANELS * HEIGHT
    x = LEFT
    for i, name in enumerate(next(iter(results.values()))):
        parts.append(f'<path d="M{x} {bottom}h18" stroke="{COLOURS[i % 6]}" stroke-width="3"/>'
                     f'<text x="{x + 22}" y="{bottom + 4}">{name}</text>')
        x += 42 + 7 * len(name)
    width = max(min(len(results), PANELS) * WIDTH, x)
    return (f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{bottom + 14}" font-family="sans-serif" '
            f'font-size="11"><rect width="100%" height="100%" fill="white"/>' + "".join(parts) + "</svg>\n")
