/* What QEMU's own tables lack of a laptop: a worn battery, a mains adapter that is plugged in, and a lid. */
DefinitionBlock ("laptop.aml", "SSDT", 1, "RECOND", "LAPTOP", 0x00000001)
{
    Scope (\_SB)
    {
        Device (BAT0)
        {
            Name (_HID, EisaId ("PNP0C0A"))
            Name (_UID, One)
            Name (_PCL, Package () { \_SB })
            Method (_STA, 0, NotSerialized) { Return (0x1F) }
            /* unit mWh, design 48840, last full 30280 (62 %), rechargeable, 11100 mV */
            Name (_BIF, Package ()
            {
                Zero, 48840, 30280, One, 11100, 3000, 1500, 100, 100, "LNV-45N1743", "41902", "LION", "SANYO"
            })
            /* discharging, 9800 mW, 21400 mWh left, 11540 mV */
            Method (_BST, 0, NotSerialized) { Return (Package () { One, 9800, 21400, 11540 }) }
        }
        Device (ACAD)
        {
            Name (_HID, "ACPI0003")
            Name (_PCL, Package () { \_SB })
            Method (_PSR, 0, NotSerialized) { Return (Zero) }
            Method (_STA, 0, NotSerialized) { Return (0x0F) }
        }
        Device (LID0)
        {
            Name (_HID, EisaId ("PNP0C0D"))
            Method (_LID, 0, NotSerialized) { Return (One) }
            Method (_STA, 0, NotSerialized) { Return (0x0F) }
        }
    }
}
