"""Makes the outlines of the console's map out of world-atlas (Natural Earth, public domain).

npm pack world-atlas@2.0.2 && tar xzf world-atlas-2.0.2.tgz
python3 world.py package /usr/share/iso-codes/json/iso_3166-1.json > world-outlines.js

Countries are those of 1:110m, in the Equal Earth projection, by their ISO 3166-1 codes of two letters;
those that it leaves out are the middles of what 1:50m has of them. Coordinates are whole numbers.
"""

import json
import math
import sys

WIDTH = 1800
SOUTH = -57  # without Antarctica
A1, A2, A3, A4 = 1.340264, -0.081106, 0.000893, 0.003796
M = math.sqrt(3) / 2


def equal_earth(longitude, latitude):
    """Equal Earth: B. Savric, T. Patterson, B. Jenny, 2018."""
    theta = math.asin(M * math.sin(math.radians(latitude)))
    square = theta * theta
    sixth = square**3
    x = math.radians(longitude) * math.cos(theta) / (M * (A1 + 3 * A2 * square + sixth * (7 * A3 + 9 * A4 * square)))
    y = theta * (A1 + A2 * square + sixth * (A3 + A4 * square))
    return x, y


SCALE = WIDTH / (2 * equal_earth(180, 0)[0])
TOP = equal_earth(0, 84)[1]
HEIGHT = round((TOP - equal_earth(0, SOUTH)[1]) * SCALE)


def place(point):
    x, y = equal_earth(*point)
    return round(x * SCALE + WIDTH / 2), round((TOP - y) * SCALE)


def read(path):
    """The rings of each country, in degrees, by numeric code; those without one last."""
    with open(path, encoding="utf-8") as file:
        atlas = json.load(file)
    (sx, sy), (dx, dy) = atlas["transform"]["scale"], atlas["transform"]["translate"]
    arcs = []
    for arc in atlas["arcs"]:
        x = y = 0
        points = []
        for step_x, step_y in arc:
            x, y = x + step_x, y + step_y
            points.append((x * sx + dx, y * sy + dy))
        arcs.append(points)

    def ring(numbers):
        points = []
        for number in numbers:
            arc = arcs[number] if number >= 0 else arcs[~number][::-1]
            points += arc[1:] if points else arc
        return points

    for shape in atlas["objects"]["countries"]["geometries"]:
        polygons = {"Polygon": [shape.get("arcs")], "MultiPolygon": shape.get("arcs")}.get(shape["type"], [])
        yield shape.get("id"), shape["properties"]["name"], [part for polygon in polygons for one in polygon for part in cut(ring(one))]


def unrolled(ring):
    """Without the jump from 180 to -180 degrees, so that it may reach beyond either."""
    points = [ring[0]]
    for longitude, latitude in ring[1:]:
        turns = round((points[-1][0] - longitude) / 360)
        points.append((longitude + 360 * turns, latitude))
    return points


def clipped(ring, edge, sign):
    """The part on one side of a meridian (Sutherland and Hodgman, 1974)."""
    kept = []
    for (ax, ay), (bx, by) in zip(ring, ring[1:] + ring[:1]):
        inside, follows = sign * (ax - edge) <= 0, sign * (bx - edge) <= 0
        if inside:
            kept.append((ax, ay))
        if inside != follows:
            kept.append((edge, ay + (by - ay) * (edge - ax) / (bx - ax)))
    return kept


def cut(ring):
    """A ring in parts that the map's edge does not cross."""
    whole = unrolled(ring)
    if all(-180 <= x <= 180 for x, _ in whole):
        return [whole]
    parts = []
    for shift in (-360, 0, 360):
        moved = [(x + shift, y) for x, y in whole]
        part = clipped(clipped(moved, 180, 1), -180, -1)
        if len(part) > 2:
            parts.append(part)
    return parts


def area(points):
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(points, points[1:] + points[:1])) / 2


def outline(rings):
    """A path of relative steps."""
    text = ""
    for ring in rings:
        points = []
        for point in map(place, ring):
            if not points or points[-1] != point:
                points.append(point)
        if points[0] == points[-1]:
            points.pop()
        if len(points) < 3 or abs(area(points)) < 4:
            continue
        steps = [(b[0] - a[0], b[1] - a[1]) for a, b in zip(points, points[1:])]
        text += f"M{points[0][0]} {points[0][1]}l" + " ".join(f"{x} {y}" for x, y in steps).replace(" -", "-") + "z"
    return text


def middle(rings):
    """The middle of the largest ring."""
    largest = max(rings, key=lambda ring: abs(area(ring)))
    x = [point[0] for point in largest]
    y = [point[1] for point in largest]
    return place(((min(x) + max(x)) / 2, (min(y) + max(y)) / 2))


def main(folder, codes):
    with open(codes, encoding="utf-8") as file:
        letters = {one["numeric"]: one["alpha_2"] for one in json.load(file)["3166-1"]}
    countries, small, rest = {}, {}, ""
    for number, name, rings in read(f"{folder}/countries-110m.json"):
        code = "XK" if name == "Kosovo" else letters.get(number)
        if code == "AQ":
            continue
        path = outline(rings)
        if code and path:
            countries[code] = path
        else:
            rest += path
    for number, name, rings in read(f"{folder}/countries-50m.json"):
        code = letters.get(number)
        if code and code not in countries and code != "AQ" and rings:
            small[code] = middle(rings)
    print("// Outlines of countries for a map: Natural Earth 1:110m and 1:50m (public domain), from world-atlas 2.0.2,")
    print("// in the Equal Earth projection; made by apikeys-web/src/world/world.py.")
    print(f"export const WIDTH = {WIDTH};")
    print(f"export const HEIGHT = {HEIGHT};")
    print("/** By ISO 3166-1 code. */")
    print("export const COUNTRIES = {")
    for code in sorted(countries):
        print(f"  {code}: '{countries[code]}',")
    print("};")
    print("/** Those that are too small for an outline: their middles. */")
    print("export const SMALL = {")
    for code in sorted(small):
        print(f"  {code}: [{small[code][0]}, {small[code][1]}],")
    print("};")
    print("/** Land that has no code of its own. */")
    print(f"export const REST = '{rest}';")


if __name__ == "__main__":
    main(*sys.argv[1:])
