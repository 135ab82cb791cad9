using System.Globalization;
using System.Numerics;
using System.Text;

namespace Millrace.Providers.Schemas;

/// <summary>
/// A number as JSON writes it, of any size, exactly: its digits, without zeros at either end, and a power of ten. <c>1</c>, <c>1.0</c> and <c>10e-1</c> are
/// the same; <c>1e999999999</c> costs no more than <c>1</c>.
/// </summary>
/// <param name="Digits">Empty for zero.</param>
internal readonly record struct JsonNumber(bool IsNegative, string Digits, long Exponent)
{
    private const long LargestExponent = 1_000_000_000_000;

    private const int MostShown = 20;

    private static readonly string[] Single = [.. Enumerable.Range(0, 10).Select(digit => $"{digit}")];

    /// <summary>More than that are not divided.</summary>
    public const int MostDigits = 1_000;

    public bool IsZero => Digits.Length == 0;

    public bool IsInteger => Exponent >= 0;

    public static JsonNumber Parse(ReadOnlySpan<byte> json)
    {
        var isNegative = json[0] == '-';
        if (isNegative) json = json[1..];
        var power = json.IndexOfAny((byte)'e', (byte)'E');
        var exponent = power < 0 ? 0 : Power(json[(power + 1)..]);
        var plain = power < 0 ? json : json[..power];
        var point = plain.IndexOf((byte)'.');
        var digits = point < 0 ? Encoding.ASCII.GetString(plain) : Encoding.ASCII.GetString(plain[..point]) + Encoding.ASCII.GetString(plain[(point + 1)..]);
        if (point >= 0) exponent -= plain.Length - point - 1;
        if (digits.Length == 1 && digits[0] != '0') return new(isNegative, Single[digits[0] - '0'], exponent); // most numbers are small
        var trimmed = digits.TrimEnd('0');
        exponent += digits.Length - trimmed.Length;
        trimmed = trimmed.TrimStart('0');
        return trimmed.Length == 0 ? new(false, "", 0) : new(isNegative, trimmed, exponent);
    }

    public int OrderTo(JsonNumber other)
    {
        if (IsZero || other.IsZero) return Sign - other.Sign;
        if (IsNegative != other.IsNegative) return Sign - other.Sign;
        var (own, others) = (Digits.Length + Exponent, other.Digits.Length + other.Exponent);
        // Without zeros at the end, the order of texts is that of fractions
        var larger = own != others ? Math.Sign(own - others) : string.CompareOrdinal(Digits, other.Digits);
        return IsNegative ? -larger : larger;
    }

    /// <summary>Null when one of them has too many digits to be divided.</summary>
    public bool? IsMultipleOf(JsonNumber divisor)
    {
        if (IsZero) return true;
        if (Digits.Length > MostDigits || divisor.Digits.Length > MostDigits) return null;
        if (Exponent < divisor.Exponent) return false; // no zeros at the end, so no factor of ten is left
        var by = BigInteger.Parse(divisor.Digits, CultureInfo.InvariantCulture);
        var rest = BigInteger.Parse(Digits, CultureInfo.InvariantCulture) * BigInteger.ModPow(10, Exponent - divisor.Exponent, by) % by;
        return rest.IsZero;
    }

    /// <summary>As a count of something; what is larger than any is as good as all.</summary>
    public int ToCount() => IsZero ? 0
        : Digits.Length + Exponent > 9 ? int.MaxValue
        : int.Parse(Digits, CultureInfo.InvariantCulture) * (int)Math.Pow(10, Exponent);

    public override string ToString()
    {
        var digits = IsZero ? "0" : Digits.Length > MostShown ? Digits[..MostShown] + "…" : Digits;
        var sign = IsNegative ? "-" : "";
        return Exponent switch
        {
            >= 0 and < MostShown => sign + digits + new string('0', (int)Exponent),
            < 0 and > -MostShown when digits.Length + Exponent > 0 => sign + digits.Insert(digits.Length + (int)Exponent, "."),
            < 0 and > -MostShown => $"{sign}0.{new string('0', (int)-(digits.Length + Exponent))}{digits}",
            _ => $"{sign}{digits}e{Exponent}",
        };
    }

    private int Sign => IsZero ? 0 : IsNegative ? -1 : 1;

    private static long Power(ReadOnlySpan<byte> json)
    {
        var isNegative = json[0] == '-';
        var power = 0L;
        foreach (var digit in json.TrimStart("+-"u8)) power = Math.Min(LargestExponent, (power * 10) + (digit - '0'));
        return isNegative ? -power : power;
    }
}
